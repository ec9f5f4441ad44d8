import Glibc

/// A text that nobody shall see: typed without an echo, or read from a pipe.
struct SecretInput {
    let prompt: String
    /// What was copied from a screen may come in several lines. None of them must be left for the shell to read.
    let isCutShort: @Sendable (String) -> Bool

    /// From the terminal, unless standard input is none or `fromPipe` says so. An empty line ends it.
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
        var text = ""
        while let line = readLine(), line.contains(where: { !$0.isWhitespace }) {
            text += line
            guard isCutShort(text) else { break }
        }
        guard !text.isEmpty else {
            throw CommandProblem("no invite was given: paste the one that the host has sent you", .data)
        }
        return text
    }
}
