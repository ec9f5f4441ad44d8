import CNCurses
import Glibc
import MeshRules

/// The thread that owns ncurses, the keys and the signals INT, TERM, HUP, QUIT, WINCH, TSTP and CONT of a dashboard.
final class TerminalLoop {
    /// Ten frames a second at most, however fast a held key repeats.
    private static let frameInterval = Duration.milliseconds(100)

    /// The description that ncurses found.
    let term: String
    private let input: Int32
    private let continuation: AsyncStream<TerminalEvent>.Continuation
    private let mailbox: TerminalMailbox
    /// Signals arrive here as their numbers, mail as zeros.
    private let pipe: Int32
    private var painter: FramePainter
    private var keys: KeyAssembler
    private let began = ContinuousClock.now
    private var lastFrame: ContinuousClock.Instant?
    private var frameWaits = false
    private var isDone = false

    init(
        _ options: TerminalOptions, _ descriptors: (input: Int32, output: Int32), _ mailbox: TerminalMailbox,
        _ continuation: AsyncStream<TerminalEvent>.Continuation
    ) throws(TerminalError) {
        (self.mailbox, self.continuation) = (mailbox, continuation)
        input = descriptors.input
        // Before newterm: ncurses takes the signals that it finds at their default actions.
        pipe = tui_signals_open()
        guard pipe >= 0 else { throw .system("pipe2", errno) }
        tui_rescue_arm(descriptors.output)
        let opened = options.candidates.first {
            tui_open($0, descriptors.input, descriptors.output, options.sync)
        }
        guard let opened else {
            mailbox.seal()
            tui_rescue_disarm()
            tui_signals_close()
            throw .unusable(term: options.term)
        }
        term = opened
        keys = KeyAssembler(isUTF8: tui_is_utf8())
        painter = FramePainter(colors: options.colors && tui_colors() >= 8)
    }

    /// Starts the thread; it holds the loop and the terminal until the terminal is given back.
    func start() throws(TerminalError) {
        var thread = pthread_t()
        let held = Unmanaged.passRetained(self)
        let code = pthread_create(&thread, nil, Self.main, held.toOpaque())
        guard code == 0 else {
            held.release()
            restore()
            throw .system("pthread_create", code)
        }
        pthread_detach(thread)
    }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { raw in
        guard let raw else { return nil }
        Unmanaged<TerminalLoop>.fromOpaque(raw).takeRetainedValue().run()
        return nil
    }

    private func run() {
        readSize()
        while !isDone {
            let ready = wait()
            if ready.pipe { readPipe() }
            if ready.input { readKeys() }
            tell(keys.handleTimeout(at: now))
            takeMail()
        }
        restore()
        continuation.finish()
    }

    private func restore() {
        mailbox.seal()
        tui_close()
        tui_rescue_disarm()
        tui_signals_close()
    }

    private func wait() -> (input: Bool, pipe: Bool) {
        var waiting = [
            pollfd(fd: input, events: Int16(POLLIN), revents: 0), pollfd(fd: pipe, events: Int16(POLLIN), revents: 0),
        ]
        let delays = [frameWaits ? frameDelay : nil, keys.deadline.map { max(.zero, $0 - now) }].compactMap { $0 }
        poll(&waiting, nfds_t(waiting.count), delays.min().map { Int32($0.milliseconds.rounded(.up)) } ?? -1)
        let found = Int32(waiting[0].revents)
        if found & (POLLHUP | POLLERR | POLLNVAL) != 0 { hangUp() }
        return (found & POLLIN != 0, waiting[1].revents != 0)
    }

    private var frameDelay: Duration {
        guard let lastFrame else { return .zero }
        return max(.zero, Self.frameInterval - (ContinuousClock.now - lastFrame))
    }

    private func takeMail() {
        let isDue = frameDelay == .zero
        let mail = mailbox.collect(frame: isDue)
        if let text = mail.clipboard { painter.copy(text) }
        if mail.wantsRepaint { painter.repaint() }
        if mail.isClosing {
            isDone = true
            return
        }
        if let canvas = mail.canvas ?? (isDue ? painter.cut : nil) {
            painter.show(canvas)
            lastFrame = .now
        }
        mailbox.bytesSent = painter.bytesSent
        frameWaits = !isDue || painter.cut != nil
    }

    private func readKeys() {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(input, &bytes, bytes.count)
        // Somebody else may have read them, where the descriptor doesn't block.
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        // Readable without a byte is the end of input.
        guard count > 0 else { return hangUp() }
        tell(keys.take(bytes[..<count], at: now))
    }

    private func tell(_ events: [TerminalEvent]) {
        for event in events { continuation.yield(event) }
    }

    private var now: Instant { Instant() + (ContinuousClock.now - began) }

    private func readPipe() {
        var byte: UInt8 = 0
        while read(pipe, &byte, 1) == 1 {
            switch Int32(byte) {
            case 0: break
            case SIGWINCH: readSize()
            case SIGTSTP:
                tui_suspend()
                tui_stop_process()
                resume()
            case SIGCONT: resume()
            case let number: continuation.yield(.closed(signal: number))
            }
        }
    }

    private func resume() {
        tui_resume()
        painter.repaint()
        readSize()
    }

    private func readSize() {
        var (height, width): (Int32, Int32) = (24, 80)
        if !tui_size(&height, &width) { (height, width) = (24, 80) }
        painter.resize(Size(Int(width), Int(height)))
        continuation.yield(.resize(Size(Int(width), Int(height))))
    }

    private func hangUp() {
        isDone = true
        continuation.yield(.closed(signal: SIGHUP))
    }
}
