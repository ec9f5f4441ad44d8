import MeshRules
import Synchronization
import Testing

@testable import MeshTUI

struct AppTests {
    @Test("q ends with 0, and the terminal is given back")
    func quit() async {
        let terminal = FakeTerminal()
        terminal.send(.resize(Size(80, 24)))
        terminal.send(.key(.character("q")))
        let code = await App(terminal: terminal, state: AppState()).run(client: FakeClient())
        #expect(code == 0)
        #expect(terminal.isClosed)
    }

    @Test("a signal ends with 128 and its number")
    func signal() async {
        let terminal = FakeTerminal()
        terminal.send(.closed(signal: 15))
        #expect(await App(terminal: terminal, state: AppState()).run(client: FakeClient()) == 143)
        #expect(terminal.isClosed)
    }

    @Test("a terminal that goes without a word counts as hung up")
    func hangUp() async {
        let terminal = FakeTerminal()
        terminal.close()
        #expect(await App(terminal: terminal, state: AppState()).run(client: FakeClient()) == 129)
    }

    @Test("a key reaches the node, its answer the screen, and a copy the clipboard")
    func command() async {
        let terminal = FakeTerminal()
        let client = FakeClient()
        async let code = App(terminal: terminal, state: AppState()).run(client: client)
        await terminal.waitForFrame { $0.contains("bob") }
        terminal.send(.key(.character("i")))
        let shown = await terminal.waitForFrame { $0.contains("meshtui1answer") }
        #expect(shown)
        terminal.send(.key(.character("y")))
        let said = await terminal.waitForFrame { $0.contains("Sent to the terminal") }
        #expect(said)
        terminal.send(.key(.escape))
        terminal.send(.key(.character("q")))
        #expect(await code == 0)
        #expect(client.commands == [.invite])
        #expect(terminal.copied == ["meshtui1answer"])
    }

    @Test("what changes nothing draws nothing")
    func quiet() async {
        let terminal = FakeTerminal()
        for _ in 0..<50 { terminal.send(.focus(true)) }
        terminal.send(.key(.character("q")))
        var state = ScreenSample.state(ScreenSample.party())
        state.asksAboutNode = false
        _ = await App(terminal: terminal, state: state).run(client: FakeClient(snapshot: ScreenSample.party()))
        #expect(terminal.frameCount <= 1)
    }

    @Test("reports are drawn once a second, and each five seconds while nobody looks; keys at once")
    func pace() {
        var pacer = FramePacer()
        func due(_ event: AppEvent, _ seconds: Double, watched: Bool = true) -> Bool {
            pacer.isDue(after: event, watched: watched, now: Instant(nanoseconds: Int64(seconds * 1e9)))
        }
        let snapshot = AppEvent.snapshot(MeshSnapshot())
        #expect(due(snapshot, 0))
        #expect(!due(snapshot, 0.5))
        #expect(due(.terminal(.key(.up)), 0.5))
        #expect(due(snapshot, 1))
        #expect(!due(snapshot, 3, watched: false))
        #expect(due(.tick, 6, watched: false))
    }
}

/// A terminal made of streams.
final class FakeTerminal: TerminalPort {
    private struct State {
        var frames = 0
        var copied: [String] = []
        var isClosed = false
    }

    let events: AsyncStream<TerminalEvent>
    private let feed: AsyncStream<TerminalEvent>.Continuation
    private let frames: AsyncStream<String>
    private let frameFeed: AsyncStream<String>.Continuation
    private let state = Mutex(State())

    init() {
        (events, feed) = AsyncStream.makeStream()
        (frames, frameFeed) = AsyncStream.makeStream()
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }
    var copied: [String] { state.withLock { $0.copied } }
    var frameCount: Int { state.withLock { $0.frames } }

    func send(_ event: TerminalEvent) { feed.yield(event) }

    /// Looks at frames until one satisfies; false when there are no more.
    @discardableResult
    func waitForFrame(_ isWanted: (String) -> Bool) async -> Bool {
        for await frame in frames where isWanted(frame) { return true }
        return false
    }

    func draw(_ canvas: Canvas) {
        state.withLock { $0.frames += 1 }
        frameFeed.yield(canvas.text)
    }

    func repaint() {}
    func copy(_ text: String) { state.withLock { $0.copied.append(text) } }

    func close() {
        state.withLock { $0.isClosed = true }
        feed.finish()
        frameFeed.finish()
    }
}

/// A node that says one thing and does all it is told.
final class FakeClient: NodeClient {
    private let snapshot: MeshSnapshot
    private let taken = Mutex<[NodeCommand]>([])

    init(snapshot: MeshSnapshot = ScreenSample.party()) { self.snapshot = snapshot }

    var commands: [NodeCommand] { taken.withLock { $0 } }

    func snapshots() -> AsyncStream<MeshSnapshot> {
        let (stream, feed) = AsyncStream.makeStream(of: MeshSnapshot.self)
        feed.yield(snapshot)
        feed.onTermination = { _ in _ = feed }
        return stream
    }

    func perform(_ command: NodeCommand) async -> CommandOutcome {
        taken.withLock { $0.append(command) }
        return .done("meshtui1answer")
    }
}
