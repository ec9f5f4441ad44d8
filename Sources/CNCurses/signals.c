#define _GNU_SOURCE
#include "CNCurses.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

static const int watched[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT};
enum { WATCHED = sizeof watched / sizeof watched[0] };

static struct sigaction former[WATCHED], former_pipe;
static int ends[2] = {-1, -1};
static atomic_int requests;

static void on_signal(int number) {
    int error = errno;
    bool deadly = number == SIGINT || number == SIGTERM || number == SIGHUP || number == SIGQUIT;
    if (deadly && atomic_fetch_add(&requests, 1) > 0) {
        tui_rescue_now();
        _exit(128 + number);
    }
    unsigned char byte = (unsigned char)number;
    (void)!write(ends[1], &byte, 1);
    errno = error;
}

static void install(int number, struct sigaction *old) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, old);
}

int tui_signals_open(void) {
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
    atomic_store(&requests, 0);
    for (int i = 0; i < WATCHED; i++) install(watched[i], &former[i]);
    /* A socket that breaks must not end the program with a raw terminal. */
    struct sigaction ignored;
    memset(&ignored, 0, sizeof ignored);
    ignored.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &ignored, &former_pipe);
    return ends[0];
}

void tui_wake(void) {
    unsigned char byte = 0;
    (void)!write(ends[1], &byte, 1);
}

void tui_signals_close(void) {
    for (int i = 0; i < WATCHED; i++) sigaction(watched[i], &former[i], NULL);
    sigaction(SIGPIPE, &former_pipe, NULL);
    close(ends[0]);
    close(ends[1]);
    ends[0] = ends[1] = -1;
}

void tui_stop_process(void) {
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    sigaction(SIGTSTP, &standard, NULL);
    /* A thread begun by the concurrency runtime has every signal blocked. */
    sigset_t stop, before;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    pthread_sigmask(SIG_UNBLOCK, &stop, &before);
    /* raise, not kill: it takes effect on this thread before the handler is put back. The whole process stops. */
    raise(SIGTSTP);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    install(SIGTSTP, NULL);
}
