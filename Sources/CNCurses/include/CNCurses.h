/* ncurses as plain functions: its macros, globals and variadic calls do not cross into Swift, these do. Everything but
   tui_wake and tui_rescue_now belongs to one thread. */
#ifndef CNCURSES_H
#define CNCURSES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Bits of an attribute argument. */
enum { TUI_BOLD = 1, TUI_DIM = 2, TUI_REVERSE = 4, TUI_UNDERLINE = 8 };

/* Takes the terminal behind `input` and `output` for a full-screen program: alternate screen, cbreak, no echo, bracketed
   paste and focus reports. `sync` brackets each frame with mode 2026. False when the terminal type is unknown or too dumb. */
bool tui_open(const char *term, int input, int output, bool sync);
/* Gives the terminal back. */
void tui_close(void);
/* Gives it back for a while (Ctrl-Z), and takes it again. */
void tui_suspend(void);
void tui_resume(void);

/* The size that the terminal reports now; false when it has none. */
bool tui_size(int *height, int *width);
/* Makes ncurses' screen that size. */
void tui_resize(int height, int width);
/* Colours beyond black and white: 0, 8, 16, 256… */
int tui_colors(void);
/* Whether the terminal's encoding is UTF-8. */
bool tui_is_utf8(void);

void tui_erase(void);
/* The next frame paints every cell. */
void tui_repaint(void);
/* `color` 0 is the terminal's own, 1 to 7 are red … white. */
void tui_put(int y, int x, const char *text, int bytes, int color, int attributes);
void tui_cursor(int y, int x, bool visible);
/* Sends what changed in one write. Bytes written: 0 when nothing had changed, negative when the terminal took none or a
   part of it: then repaint. */
ssize_t tui_frame(void);
/* Sends a control sequence of our own, in order with the frames. */
ssize_t tui_send(const char *bytes, int count);

/* From now on the terminal is restored by a fault (ILL, TRAP, ABRT, SEGV, BUS, FPE) and by exit(). */
void tui_rescue_arm(int tty);
void tui_rescue_disarm(void);
/* Restores once; safe in a signal handler. */
void tui_rescue_now(void);

/* Sends INT, TERM, HUP, QUIT, WINCH, TSTP and CONT as bytes into a pipe and returns its reading end, or -1; PIPE is ignored. A second INT,
   TERM, HUP or QUIT restores the terminal and ends the process, should the owning thread hang in a write. */
int tui_signals_open(void);
/* Writes a zero into that pipe, from any thread. */
void tui_wake(void);
/* Puts the former actions back and closes the pipe. */
void tui_signals_close(void);
/* Stops the process as the shell's job control expects; returns when it is continued. */
void tui_stop_process(void);

#endif
