import Glibc

/// A line that nobody shall see: typed without an echo, or read from a pipe.
struct SecretInput {
    let prompt: String

    /// From the terminal, unless standard input is none or `fromPipe` says so.
    func read(fromPipe: Bool) throws(CommandProblem) -> String {
        let isTerminal = isatty(STDIN_FILENO) == 1 && !fromPipe
        var settings = termios()
        if isTerminal {
            tcgetattr(STDIN_FILENO, &settings)
            var silent = settings
            silent.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
            write(STDERR_FILENO, prompt, prompt.utf8.count)
        }
        defer {
            if isTerminal {
                tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
                write(STDERR_FILENO, "\n", 1)
            }
        }
        guard let line = readLine(), line.contains(where: { !$0.isWhitespace }) else {
            throw CommandProblem("no invite was given: paste the one that the host has sent you", .data)
        }
        return line
    }
}
