#define NCURSES_WIDECHAR 1
#define _GNU_SOURCE
#include "CNCurses.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define CANCEL "\030"
#define BEGIN_SYNC "\033[?2026h"
#define END_SYNC "\033[?2026l"
#define ENTER_MODES "\033[?2004h\033[?1004h"
#define LEAVE_MODES "\033[?1004l\033[?2004l"

static SCREEN *screen;
static FILE *out_file, *in_file;
static int tty = -1, collector = -1;
static bool synchronised, cursor_wanted, cursor_shown;
/* The last write ended within what it had to send. */
static bool cut;
static int cursor_y, cursor_x;

/* A non-blocking terminal (the flag belongs to all that share it, so others set it) is waited for, but not for ever: keys
   and signals are looked at by the same thread. */
static ssize_t write_all(int fd, const char *bytes, size_t count) {
    enum { PATIENCE_MS = 200 };
    size_t done = 0;
    while (done < count) {
        ssize_t n = write(fd, bytes + done, count - done);
        if (n < 0 && errno == EINTR) continue;
        struct pollfd room = {.fd = fd, .events = POLLOUT};
        if (n < 0 && errno == EAGAIN && poll(&room, 1, PATIENCE_MS) > 0) continue;
        if (n < 0) {
            cut = true;
            return -1;
        }
        done += (size_t)n;
    }
    return (ssize_t)done;
}

bool tui_is_utf8(void) { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }

/* A missing locale on a machine without any (a container, a rescue system) is not a wish for ASCII. */
static void choose_locale(void) {
    const char *chosen = setlocale(LC_CTYPE, "");
    if (!chosen || strcmp(chosen, "C") == 0 || strcmp(chosen, "POSIX") == 0) setlocale(LC_CTYPE, "C.UTF-8");
}

static void define_colors(void) {
    if (!has_colors()) return;
    start_color();
    use_default_colors();
    for (short color = 1; color < 8 && color < COLORS; color++) init_pair(color, color, -1);
}

/* Frames are collected in a file in memory, so that each of them becomes a single write. */
static void begin_collecting(void) {
    (void)!ftruncate(collector, 0);
    lseek(collector, 0, SEEK_SET);
    dup3(collector, fileno(out_file), O_CLOEXEC);
}

static ssize_t end_collecting(bool synchronise) {
    off_t size = lseek(collector, 0, SEEK_END);
    dup3(tty, fileno(out_file), O_CLOEXEC);
    if (size <= 0) return 0;
    /* CAN ends a sequence of which the terminal has got the beginning. */
    const char *begin = synchronise ? CANCEL BEGIN_SYNC : CANCEL;
    if (!cut) begin += strlen(CANCEL);
    size_t before = strlen(begin), after = synchronise ? strlen(END_SYNC) : 0;
    char *frame = malloc(before + (size_t)size + after);
    if (!frame) return -1;
    cut = false;
    memcpy(frame, begin, before);
    if (pread(collector, frame + before, (size_t)size, 0) != size) {
        free(frame);
        return -1;
    }
    memcpy(frame + before + size, END_SYNC, after);
    ssize_t sent = write_all(tty, frame, before + (size_t)size + after);
    free(frame);
    return sent;
}

static void release(void) {
    if (screen) delscreen(screen);
    if (out_file) fclose(out_file);
    if (in_file) fclose(in_file);
    if (collector >= 0) close(collector);
    if (tty >= 0) close(tty);
    screen = NULL, out_file = NULL, in_file = NULL, collector = -1, tty = -1;
}

bool tui_open(const char *term, int input, int output, bool sync) {
    choose_locale();
    tty = fcntl(output, F_DUPFD_CLOEXEC, 3);
    collector = memfd_create("frame", MFD_CLOEXEC);
    int out_fd = fcntl(output, F_DUPFD_CLOEXEC, 3), in_fd = fcntl(input, F_DUPFD_CLOEXEC, 3);
    out_file = out_fd < 0 ? NULL : fdopen(out_fd, "w");
    in_file = in_fd < 0 ? NULL : fdopen(in_fd, "r");
    if (tty < 0 || collector < 0 || !out_file || !in_file || !(screen = newterm(term, out_file, in_file))) {
        release();
        return false;
    }
    /* ncurses reads no keys, so it shall not stop drawing when some come. */
    typeahead(-1);
    cbreak();
    noecho();
    nonl();
    define_colors();
    leaveok(stdscr, FALSE);
    /* Arrow keys come as CSI sequences; and the second screen is entered now, not with the first frame. */
    keypad(stdscr, FALSE);
    synchronised = sync;
    cursor_shown = true;
    cursor_wanted = false;
    tui_send(ENTER_MODES, (int)strlen(ENTER_MODES));
    return true;
}

void tui_close(void) {
    if (!screen) return;
    tui_suspend();
    release();
}

void tui_suspend(void) {
    tui_send(LEAVE_MODES, (int)strlen(LEAVE_MODES));
    begin_collecting();
    curs_set(1);
    endwin();
    end_collecting(false);
    /* A terminal without a second screen keeps what was drawn: the shell goes on below it. */
    char *leave = tigetstr("rmcup");
    if (!leave || leave == (char *)-1) tui_send("\r\n", 2);
    /* Once more on the real terminal: with the collector in its place the modes could not be reset. */
    reset_shell_mode();
}

void tui_resume(void) {
    reset_prog_mode();
    tui_send(ENTER_MODES, (int)strlen(ENTER_MODES));
    cursor_shown = true;
    clearok(curscr, TRUE);
}

bool tui_size(int *height, int *width) {
    struct winsize size;
    if (ioctl(tty, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return false;
    *height = size.ws_row, *width = size.ws_col;
    return true;
}

void tui_resize(int height, int width) {
    resizeterm(height, width);
    clearok(curscr, TRUE);
}

int tui_colors(void) { return has_colors() ? COLORS : 0; }
void tui_erase(void) { erase(); }
void tui_repaint(void) { clearok(curscr, TRUE); }

void tui_put(int y, int x, const char *text, int bytes, int color, int attributes) {
    attr_t attribute = A_NORMAL;
    if (attributes & TUI_BOLD) attribute |= A_BOLD;
    if (attributes & TUI_DIM) attribute |= A_DIM;
    if (attributes & TUI_REVERSE) attribute |= A_REVERSE;
    if (attributes & TUI_UNDERLINE) attribute |= A_UNDERLINE;
    attr_set(attribute, (short)color, NULL);
    mvaddnstr(y, x, text, bytes);
}

void tui_cursor(int y, int x, bool visible) {
    cursor_wanted = visible;
    cursor_y = y, cursor_x = x;
}

ssize_t tui_frame(void) {
    begin_collecting();
    if (cursor_wanted != cursor_shown) {
        curs_set(cursor_wanted ? 1 : 0);
        cursor_shown = cursor_wanted;
    }
    move(cursor_y, cursor_x);
    wnoutrefresh(stdscr);
    doupdate();
    return end_collecting(synchronised);
}

ssize_t tui_send(const char *bytes, int count) { return write_all(tty, bytes, (size_t)count); }
