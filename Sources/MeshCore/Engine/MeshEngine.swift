package import Logging
package import MeshRules
import MeshWire

/// The engine as everything above it sees it: commands in, snapshots and events out.
package actor MeshEngine {
    /// Serves the host's own control plane until cancelled, on the wanted TCP port or a later one that is free; `bound`
    /// hears which. Requests are taken under the machine's addresses and `names`. The executable brings the HTTP face.
    package typealias ServeControl =
        @concurrent @Sendable (
            _ state: ControlServerState, _ port: UInt16, _ names: [String],
            _ bound: @escaping @concurrent @Sendable (UInt16) async -> Void
        ) async throws -> Void
    typealias MakeNetwork = @Sendable (TaskManager) -> any MachineNetwork

    /// Between two tries to set up the network.
    static let retry: Duration = .seconds(5)
    /// A relay that works is taken within this: a check of it, and the switch.
    static let switching: Duration = .seconds(10)
    /// Between two looks at whether the snapshot has changed, while somebody watches.
    static let publishing: Duration = .milliseconds(250)

    /// What it was told when it was made; it never changes.
    package nonisolated let configuration: EngineConfiguration
    let logger: Logger
    let tasks = TaskManager()
    let serveControl: ServeControl
    let makeNetwork: MakeNetwork
    nonisolated let snapshotFeed: Broadcast<MeshSnapshot>
    nonisolated let eventFeed = Broadcast<EventStatus>(buffer: EventLog.capacity)
    nonisolated let watchers: AsyncStream<Void>
    nonisolated let reported: AsyncStream<NodeEvent>
    nonisolated let report: AsyncStream<NodeEvent>.Continuation

    private(set) var state = State.idle(waiters: [])
    /// The control plane in this process, once a party hosted here uses it.
    var control: ControlServerState?
    /// It is served, or is to be.
    var isServing = false
    /// The TCP port on which it is served; nil before, and with why not.
    var controlPort: UInt16?
    var controlProblem: String?
    var whenServed: [CheckedContinuation<Void, Never>] = []
    /// Whom a host or join under way is waiting for.
    var asking: String?
    /// Names of servers that had no address when last looked up.
    var unresolved: [String] = []
    var log = EventLog()
    var published: MeshSnapshot?

    /// The identity that the state folder had was dropped in this run.
    var hasNewIdentity = false

    /// Finishing it wakes whoever waits, also before they wait.
    typealias Waiter = AsyncStream<Never>.Continuation

    /// Where the engine is in its life. It may have gone on wherever something was awaited: what follows looks again.
    enum State {
        /// `run()` has not begun.
        case idle(waiters: [Waiter])
        /// The network is set up for the first time, or because somebody asked for it.
        case starting(waiters: [Waiter])
        case running(RunningNode)
        /// The last try failed; it is tried again each `retry`.
        case failed(reason: String)
        /// Nothing begins any more; what there is of the node is taken away.
        case stopping(RunningNode?, waiters: [Waiter])
        case stopped
    }

    /// Nothing runs and nothing of the machine is touched before `run()`.
    package init(_ configuration: EngineConfiguration, logger: Logger, serveControl: @escaping ServeControl) {
        self.init(configuration, logger: logger, serveControl: serveControl) { tasks in
            NetworkManager(
                configuration: NetworkConfiguration(
                    stateFolder: configuration.stateFolder, interface: configuration.interface,
                    listenPort: configuration.listenPort),
                tasks: tasks, logger: logger)
        }
    }

    init(
        _ configuration: EngineConfiguration, logger: Logger, serveControl: @escaping ServeControl,
        makeNetwork: @escaping MakeNetwork
    ) {
        (self.configuration, self.logger, self.serveControl) = (configuration, logger, serveControl)
        self.makeNetwork = makeNetwork
        let (watchers, changed) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.watchers = watchers
        snapshotFeed = Broadcast(buffer: 1) { _ in changed.yield() }
        (reported, report) = AsyncStream.makeStream()
    }

    /// Runs the node until cancelled or `shutdown()`, and takes everything off the machine before it returns. The node
    /// stays in its party. Throws when the state folder can't be had; all else is tried again and told in snapshots.
    @concurrent
    package nonisolated func run() async throws(EngineProblem) {
        let folder: StateFolder
        do throws(EngineProblem) { folder = try StateFolder(configuration.stateFolder) } catch {
            await end()
            throw error
        }
        await begin()
        await tasks.run()
        // Unstructured, because what undoes the node's work must not be cancelled with it.
        await Task { await self.end() }.value
        withExtendedLifetime(folder) {}
    }

    /// Stops the node and returns when nothing of it is left on the machine.
    package func shutdown() async {
        switch state {
        case .idle(let waiters):
            // Nothing has begun, and `run()` finds that nothing is to begin.
            state = .stopped
            wake(waiters)
            return await tasks.shutdown()
        case .stopped: return
        case .starting, .running, .failed, .stopping: stopBeginning()
        }
        let (stopped, waiter) = AsyncStream<Never>.makeStream()
        guard case .stopping(let node, let waiters) = state else { return }
        state = .stopping(node, waiters: waiters + [waiter])
        await tasks.shutdown()
        for await _ in stopped {}
    }

    /// Gives the node a command and waits for what comes of it.
    package func perform(_ command: Command) async throws(EngineProblem) -> CommandAnswer {
        let running = try await ready()
        guard let answer = await running.manager.perform(command) else { throw .stopping }
        return answer
    }

    /// Waits until the first try to set up the network is over. Throws when the node is of no use now, with the reason.
    @discardableResult
    func ready() async throws(EngineProblem) -> RunningNode {
        while true {
            let (tried, waiter) = AsyncStream<Never>.makeStream()
            switch state {
            case .idle(let waiters): state = .idle(waiters: waiters + [waiter])
            case .starting(let waiters): state = .starting(waiters: waiters + [waiter])
            case .running(let node): return node
            case .failed(let reason): throw .notReady(reason: reason)
            case .stopping, .stopped: throw .stopping
            }
            for await _ in tried {}
            if Task.isCancelled { throw .stopping }
        }
    }

    /// What there is once the network is up.
    var running: RunningNode? {
        switch state {
        case .running(let node): node
        case .stopping(let node, _): node
        case .idle, .starting, .failed, .stopped: nil
        }
    }

    /// Why the node is of no use now.
    var problem: String? {
        switch state {
        case .idle, .starting: "the network is being set up: wait a moment"
        case .failed(let reason): reason
        case .running, .stopping, .stopped: nil
        }
    }

    /// Whether the node is in a party, or why it is of no use now. Waits for the first try to set up the network.
    package func currentParty() async throws(EngineProblem) -> PartyStatus? {
        try await ready().manager.snapshot.parties.first { $0.active }
    }

    /// How things stand now.
    package var snapshot: MeshSnapshot {
        get async {
            var snapshot = await running?.manager.snapshot ?? MeshSnapshot()
            await complete(&snapshot)
            return snapshot
        }
    }

    /// How things stand, now and whenever that changes; a slow reader gets the newest only.
    package func snapshots() async -> AsyncStream<MeshSnapshot> { snapshotFeed.stream(first: await snapshot) }

    /// The event log as it is, and what comes after.
    package func events() -> (lines: [EventStatus], following: AsyncStream<EventStatus>) {
        (log.lines, eventFeed.stream())
    }

    /// The party's invite, which only its host has. A secret.
    package var invite: String? {
        get async {
            guard let manager = running?.manager else { return nil }
            guard let controlPort, let invited = await manager.invited else { return await manager.invite }
            return await manager.invite(serving: serving(on: controlPort, given: nil, invited: invited))
        }
    }

    private func end() async {
        stopBeginning()
        await running?.manager.stop()
        await running?.network.shutdown()
        // Others may have come to wait meanwhile.
        if case .stopping(_, let waiters) = state { wake(waiters) }
        state = .stopped
        tellServed()
        snapshotFeed.finish()
        eventFeed.finish()
    }

    /// Whoever waits for the network learns that the engine stops.
    private func stopBeginning() {
        switch state {
        case .idle(let waiters), .starting(let waiters):
            state = .stopping(nil, waiters: [])
            wake(waiters)
        case .running(let node): state = .stopping(node, waiters: [])
        case .failed: state = .stopping(nil, waiters: [])
        case .stopping, .stopped: break
        }
    }

    private func wake(_ waiters: [Waiter]) { for waiter in waiters { waiter.finish() } }

    /// The folder is ours: the first try to set up the network begins.
    /// - Returns: False when the engine is to stop already.
    func started() -> Bool {
        guard case .idle(let waiters) = state else { return false }
        state = .starting(waiters: waiters)
        return true
    }

    /// Tries now to set up the network, should it not be up, and returns what comes of it.
    func tryAgain() async throws(EngineProblem) {
        if case .failed = state {
            state = .starting(waiters: [])
            await tasks.cancel(Self.networkJob)
            // The try that was cancelled may have come about, or the engine may stop.
            if case .starting = state { await tasks.start(bringUpJob) }
        }
        try await ready()
    }

    /// A try to set up the network has worked.
    /// - Returns: False when nobody wants the node any more: it has to be taken away again.
    func wasBroughtUp(_ node: RunningNode) -> Bool {
        switch state {
        case .starting(let waiters):
            state = .running(node)
            wake(waiters)
        case .failed: state = .running(node)
        case .idle, .running, .stopping, .stopped: return false
        }
        return true
    }

    /// A try to set up the network has failed.
    /// - Returns: Whether it failed for another reason than the try before.
    func failed(_ reason: String) -> Bool {
        switch state {
        case .starting(let waiters):
            state = .failed(reason: reason)
            wake(waiters)
            return true
        case .failed(let before):
            state = .failed(reason: reason)
            return before != reason
        case .idle, .running, .stopping, .stopped: return false
        }
    }

    private func complete(_ snapshot: inout MeshSnapshot) async {
        snapshot.node.name = configuration.name
        snapshot.node.interface = configuration.interface
        if let running { snapshot.node.backend = running.network.backendName }
        if let problem { snapshot.node.problem = problem }
        snapshot.node.asking = asking
        snapshot.node.started = configuration.started
        snapshot.node.hosting = await hostingStatus()
        snapshot.tasks = await tasks.statuses
        snapshot.events = log.lines
    }
}
