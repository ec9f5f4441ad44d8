#define _GNU_SOURCE
#include "CNCurses.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Everything tui_open and ncurses may have switched on: sync, paste, focus, hidden cursor, colours, application keypad and
   alternate screen. A constant, because a handler may only write what is already there. */
static const char restore_sequence[] =
    "\033[?2026l\033[?1004l\033[?2004l\033[0m\033(B\033[?25h\033[?1l\033>\033[?1049l\r\n";
static const int faults[] = {SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE};
enum { FAULTS = sizeof faults / sizeof faults[0] };

static struct sigaction former[FAULTS];
static struct termios original;
static int terminal = -1;
static atomic_bool armed;

void tui_rescue_now(void) {
    if (!atomic_exchange(&armed, false)) return;
    struct pollfd room = {.fd = terminal, .events = POLLOUT};
    /* A full non-blocking terminal gets a moment, and only one. */
    if (write(terminal, restore_sequence, sizeof restore_sequence - 1) < 0 && errno == EAGAIN && poll(&room, 1, 200) > 0)
        (void)!write(terminal, restore_sequence, sizeof restore_sequence - 1);
    tcsetattr(terminal, TCSANOW, &original);
}

/* Mends the screen, then lets the fault happen again under the action that was there before (Swift's backtrace). */
static void on_fault(int number, siginfo_t *info, void *context) {
    (void)context;
    tui_rescue_now();
    for (int i = 0; i < FAULTS; i++) {
        if (faults[i] == number) sigaction(number, &former[i], NULL);
    }
    /* Sent by another process, it shows no fault of ours: a backtrace would take seconds, and the program live on after it. */
    if (info->si_code <= 0 && info->si_pid != getpid()) signal(number, SIG_DFL);
    /* A signal that was sent, or a breakpoint, does not come again by itself. */
    if (number == SIGTRAP || info->si_code <= 0) raise(number);
}

void tui_rescue_arm(int tty) {
    static bool at_exit;
    if (terminal >= 0) close(terminal);
    terminal = dup(tty);
    if (terminal < 0 || tcgetattr(terminal, &original) != 0) return;
    if (!at_exit) at_exit = atexit(tui_rescue_now) == 0;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < FAULTS; i++) sigaction(faults[i], &action, &former[i]);
    atomic_store(&armed, true);
}

void tui_rescue_disarm(void) {
    if (!atomic_exchange(&armed, false)) return;
    for (int i = 0; i < FAULTS; i++) sigaction(faults[i], &former[i], NULL);
}
