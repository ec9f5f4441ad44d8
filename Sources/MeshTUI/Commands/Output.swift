import Glibc

/// Lines for people and scripts, written at once: a pipe gets each line when it is said.
enum Output {
    static func line(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }
    static func error(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

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
