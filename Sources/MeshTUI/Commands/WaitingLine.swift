import Glibc

/// The line that says, on standard error, whom a host or a join is waiting for and for how long: rewritten each second on
/// a terminal, said now and then in a log.
struct WaitingLine {
    /// Who answers at once is not talked about.
    private static let quiet = 2

    let isTerminal: Bool
    private(set) var isShown = false

    init(isTerminal: Bool = isatty(STDERR_FILENO) == 1) { self.isTerminal = isTerminal }

    /// What to write after so many seconds of waiting for somebody.
    mutating func text(asking: String, seconds: Int) -> String? {
        guard seconds >= Self.quiet else { return nil }
        let words = "asking \(SafeText.sanitised(asking, limit: 120)) …, \(seconds) s (Ctrl-C stops it)"
        guard !isTerminal else {
            isShown = true
            return "\r\u{1b}[K\(words)"
        }
        return seconds == Self.quiet || seconds % 10 == 0 ? words + "\n" : nil
    }

    /// What to write when the waiting is over.
    var end: String? { isShown ? "\r\u{1b}[K" : nil }

    /// Shows it until cancelled. `asking` says who is asked now; nil while nobody is.
    mutating func run(asking: @Sendable () async -> String?) async {
        var seconds = 0
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            guard let whom = await asking() else {
                seconds = 0
                continue
            }
            seconds += 1
            if let text = text(asking: whom, seconds: seconds), !Task.isCancelled { Output.raw(text) }
        }
        if let end { Output.raw(end) }
    }
}
