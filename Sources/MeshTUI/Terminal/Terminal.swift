import CNCurses
import Glibc

/// The person's terminal, claimed for the dashboard. A thread of its own owns ncurses (`TerminalLoop`), because waiting for
/// keys blocks in poll() and must not hold a thread of the concurrency pool; this handle only leaves it messages.
final class Terminal: TerminalPort {
    let events: AsyncStream<TerminalEvent>
    /// What to tell the person about a terminal that is taken for another; nil for one that is known.
    let notice: String?
    private let mailbox: TerminalMailbox

    /// Claims the terminal behind two descriptors: standard input and output, but for tests.
    init(_ options: TerminalOptions, input: Int32 = 0, output: Int32 = 1) throws(TerminalError) {
        try Self.check(options, input: input, output: output)
        let (events, continuation) = AsyncStream.makeStream(of: TerminalEvent.self)
        self.events = events
        mailbox = TerminalMailbox()
        let loop = try TerminalLoop(options, (input, output), mailbox, continuation)
        notice = Self.notice(options.term, takenFor: loop.term)
        try loop.start()
    }

    private static func notice(_ term: String, takenFor other: String) -> String? {
        guard term != other else { return nil }
        let name =
            term.isEmpty ? "TERM is not set" : "No description of “\(SafeText.sanitised(term, limit: 40))” is here"
        return "\(name): your terminal is taken for \(other). Set TERM if it looks wrong."
    }

    /// Whether there is a terminal to claim, for those who begin something that is of no use without one.
    static func check(_ options: TerminalOptions, input: Int32 = 0, output: Int32 = 1) throws(TerminalError) {
        guard isatty(input) == 1, isatty(output) == 1 else { throw .notATerminal }
        // ncurses would begin on it and draw nothing that can be read: it has no way to place the cursor.
        guard options.term != "dumb" else { throw .unusable(term: options.term) }
    }

    /// The richest signs that it can show.
    static func bestGlyphs(_ options: TerminalOptions) -> Glyphs {
        if !tui_is_utf8() { return .ascii }
        return options.term == "linux" ? .blocks : .braille
    }

    /// Bytes that have gone to the terminal since it was claimed.
    var bytesSent: Int { mailbox.bytesSent }

    func draw(_ canvas: Canvas) { mailbox.post { $0.canvas = canvas } }
    func repaint() { mailbox.post { $0.wantsRepaint = true } }
    func copy(_ text: String) { mailbox.post { $0.clipboard = text } }
    func close() { mailbox.post { $0.isClosing = true } }
}
