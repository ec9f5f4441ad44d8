import Glibc
import Synchronization

/// Lines for people and scripts, written at once: a pipe gets each line when it is said.
enum Output {
    /// Characters of a line on standard error: more than any of ours, and few enough to be read.
    static let longestLine = 1_000

    static func line(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    /// One line, cleaned: what went wrong may be told in words that a stranger chose.
    static func error(_ text: String) {
        let line = oneLine(text)
        lastError.withLock { $0 = line }
        write(line + "\n", to: STDERR_FILENO)
    }

    /// Why the process ends, unless the line before has just told it: a node logs what keeps it from starting.
    static func problem(_ message: String) {
        let isTold = lastError.withLock { $0.hasSuffix(": " + oneLine(message)) }
        if !isTold { error("meshtui: \(message)") }
    }

    private static let lastError = Mutex("")

    /// Our own words on several lines, each cleaned.
    static func notice(_ text: String) {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) { error(String(line)) }
    }

    /// Without line ends, escape codes and what can't be seen, whatever the border before it let through.
    static func oneLine(_ text: String) -> String { SafeText.sanitised(text, limit: longestLine) }

    /// To standard error as it is, for a line that is written anew.
    static func raw(_ text: String) { write(text, to: STDERR_FILENO) }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // Somebody else may have made the terminal non-blocking: the flag belongs to all that share it.
            var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            if count < 0, errno == EAGAIN, poll(&room, 1, -1) > 0 { continue }
            guard count > 0 || errno == EINTR else { return }
            rest = rest.dropFirst(max(count, 0))
        }
    }
}
