import CNCurses
import Synchronization

/// Where the app leaves what the terminal's thread is to do.
final class TerminalMailbox: Sendable {
    /// What the thread finds when it wakes.
    struct Mail: Equatable, Sendable {
        /// Only the newest frame counts.
        var canvas: Canvas?
        var wantsRepaint = false
        var clipboard: String?
        var isClosing = false
    }

    private struct State {
        var mail = Mail()
        /// Whether the pipe that wakes the thread is still there.
        var isOpen = true
        var bytesSent = 0
    }

    private let state = Mutex(State())

    func post(_ change: (inout Mail) -> Void) {
        state.withLock { state in
            change(&state.mail)
            if state.isOpen { tui_wake() }
        }
    }

    /// Empties the mailbox, all but a frame whose turn has not come.
    func collect(frame: Bool) -> Mail {
        state.withLock { state in
            var taken = state.mail
            state.mail = Mail()
            guard !frame else { return taken }
            state.mail.canvas = taken.canvas
            taken.canvas = nil
            return taken
        }
    }

    /// Bytes that the terminal has been sent: what a screen costs over ssh.
    var bytesSent: Int {
        get { state.withLock { $0.bytesSent } }
        set { state.withLock { $0.bytesSent = newValue } }
    }

    /// Nobody will collect any more.
    func seal() { state.withLock { $0.isOpen = false } }
}
