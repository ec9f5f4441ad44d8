import CNCurses
import Glibc

/// A terminal that a question is asked on, and that does not show what is typed until the reading is over: by an answer, by
/// a signal, or for as long as the process is stopped. The signals come through a pipe, so that the settings are put back
/// before they take effect: shells that don't mend their terminal (dash, a shell without job control, a launcher) find it
/// as it was.
final class SilentTerminal: LineSource {
    private let descriptor: Int32
    private let signals: Int32
    private let prompt: String
    private let echoes: Bool
    private var former = termios()
    private var isSilent = false

    /// Asks with `prompt` on standard error, and reads until `body` has what it wants.
    static func lines<Result>(
        of descriptor: Int32, prompt: String, echoes: Bool = false, _ body: (SilentTerminal) throws -> Result
    ) throws -> Result {
        let signals = tui_signals_open()
        guard signals >= 0 else { throw CommandProblem("\(TerminalError.system("pipe2", errno))", .unavailable) }
        defer { tui_signals_close() }
        let terminal = SilentTerminal(descriptor, signals, prompt, echoes)
        terminal.silence()
        defer { terminal.restore() }
        return try body(terminal)
    }

    private init(_ descriptor: Int32, _ signals: Int32, _ prompt: String, _ echoes: Bool) {
        (self.descriptor, self.signals, self.prompt, self.echoes) = (descriptor, signals, prompt, echoes)
    }

    func next() throws -> String? {
        var line: [UInt8] = []
        while true {
            try waitForInput()
            var bytes = [UInt8](repeating: 0, count: 4096)
            // A line at a time, by the terminal's own rules.
            let count = Glibc.read(descriptor, &bytes, bytes.count)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            line += bytes[..<max(0, count)]
            guard line.last == 10 else {
                if count > 0 { continue }
                return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
            }
            return String(decoding: line.dropLast(), as: UTF8.self)
        }
    }

    func hasMore(within milliseconds: Int32) -> Bool {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, milliseconds) > 0
    }

    private func waitForInput() throws {
        while true {
            var waiting = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
            ]
            // Where signals are taken by somebody else, it is the task that is told to stop.
            poll(&waiting, nfds_t(waiting.count), 250)
            try Task.checkCancellation()
            var byte: UInt8 = 0
            while Glibc.read(signals, &byte, 1) == 1 { try take(Int32(byte)) }
            if waiting[0].revents != 0 { return }
        }
    }

    private func take(_ signal: Int32) throws {
        switch signal {
        case SIGTSTP:
            restore()
            tui_stop_process()
            silence()
        case SIGINT, SIGTERM, SIGHUP, SIGQUIT:
            restore()
            throw EndedBySignal(number: signal)
        default: break
        }
    }

    private func silence() {
        guard !isSilent, tcgetattr(descriptor, &former) == 0 else { return }
        var silent = former
        if !echoes { silent.c_lflag &= ~tcflag_t(ECHO) }
        // What was typed before the question is no answer to it.
        isSilent = tcsetattr(descriptor, TCSAFLUSH, &silent) == 0
        Output.raw(prompt)
    }

    private func restore() {
        guard isSilent else { return }
        isSilent = false
        // What was pasted behind the answer is not left for the shell to carry out.
        tcsetattr(descriptor, TCSAFLUSH, &former)
        if !echoes { Output.raw("\n") }
    }
}

/// A signal came while nothing was under way that needs an end: the process ends by it, as if it had never been caught.
struct EndedBySignal: Error {
    let number: Int32

    func end() -> Never {
        signal(number, SIG_DFL)
        kill(getpid(), number)
        // For where the signal is blocked.
        usleep(100_000)
        exit(128 + number)
    }
}
