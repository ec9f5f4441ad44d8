import Glibc
import MeshRules

/// The dashboard: joins a terminal, a node and the pure `update` and `render`.
struct App<Screen: TerminalPort> {
    let terminal: Screen
    var state: AppState

    /// Runs until the person quits or the terminal goes; the terminal is as it was found when this returns. The result
    /// is the process' exit code: 0, or 128 and the signal that ended it.
    func run(client: some NodeClient) async -> Int32 {
        let (events, feed) = AsyncStream.makeStream(of: AppEvent.self)
        let clock = ContinuousClock()
        let start = clock.now
        return await withTaskGroup(of: Void.self, returning: Int32.self) { group in
            group.addTask { [terminal] in
                for await event in terminal.events { feed.yield(.terminal(event)) }
                feed.finish()
            }
            group.addTask {
                for await snapshot in client.snapshots() { feed.yield(.snapshot(snapshot)) }
            }
            group.addTask {
                while (try? await clock.sleep(for: .seconds(1))) != nil { feed.yield(.tick) }
            }
            var loop = Loop(state: state)
            for await event in events {
                for effect in loop.take(event, now: Instant() + (clock.now - start), terminal) {
                    switch effect {
                    case .perform(let command):
                        group.addTask { feed.yield(.outcome(command, await client.perform(command))) }
                    case .copy(let text): terminal.copy(text)
                    case .repaint: terminal.repaint()
                    case .exit: terminal.close()
                    }
                }
            }
            group.cancelAll()
            return loop.exitCode
        }
    }

    /// The state and what was last drawn of it.
    private struct Loop {
        var state: AppState
        var drawn: Canvas?
        var pacer = FramePacer()
        /// As after a hang-up, until somebody says how it ended.
        var exitCode = 128 + SIGHUP
        var isOver = false

        mutating func take(_ event: AppEvent, now: Instant, _ terminal: some TerminalPort) -> [AppEffect] {
            guard !isOver else { return [] }
            let effects = update(&state, event, now: now)
            for case .exit(let code) in effects {
                exitCode = code
                isOver = true
            }
            guard !isOver, pacer.isDue(after: event, watched: state.isWatched, now: now) else { return effects }
            var canvas = Canvas(state.size)
            render(state, into: &canvas)
            if canvas != drawn {
                drawn = canvas
                terminal.draw(canvas)
            }
            return effects
        }
    }
}

extension App<Terminal> {
    /// Claims the terminal for a dashboard; `startedNode` makes `q` ask whether the node goes on.
    init(environment: Environment, startedNode: Bool) throws(TerminalError) {
        let options = TerminalOptions(environment: environment)
        terminal = try Terminal(options)
        state = AppState()
        state.glyphs = options.glyphs ?? Terminal.bestGlyphs(options)
        state.canCopy = options.copies
        state.asksAboutNode = startedNode
        state.utcOffset = Self.utcOffset()
        if let notice = terminal.notice { state.say(notice) }
    }

    private static func utcOffset() -> Int {
        var now = time(nil)
        var parts = tm()
        return localtime_r(&now, &parts) == nil ? 0 : parts.tm_gmtoff
    }
}
