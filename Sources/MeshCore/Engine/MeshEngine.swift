package import Logging
package import MeshRules
import MeshWire

/// The engine as everything above it sees it: commands in, snapshots and events out.
package actor MeshEngine {
    /// Serves the host's own control plane on the LAN until cancelled. The executable brings the HTTP face.
    package typealias ServeControl = @concurrent @Sendable (ControlServerState) async throws -> Void

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
    nonisolated let snapshotFeed: Broadcast<MeshSnapshot>
    nonisolated let eventFeed = Broadcast<EventStatus>(buffer: EventLog.capacity)
    nonisolated let watchers: AsyncStream<Void>
    nonisolated let reported: AsyncStream<NodeEvent>
    nonisolated let report: AsyncStream<NodeEvent>.Continuation

    var running: RunningNode?
    /// The control plane in this process, once a party hosted here uses it.
    var control: ControlServerState?
    var problem: String? = "the network is being set up: wait a moment"
    /// Whom a host or join under way is waiting for.
    var asking: String?
    /// Names of servers that had no address when last looked up.
    var unresolved: [String] = []
    var log = EventLog()
    var published: MeshSnapshot?
    var phase = Phase.idle
    private var whenStopped: [CheckedContinuation<Void, Never>] = []
    /// Who waits for the try to set up the network that is under way; nil while there is none.
    private var whenTried: [CheckedContinuation<Void, Never>]? = []

    /// The identity that the state folder had was dropped in this run.
    var hasNewIdentity = false

    enum Phase { case idle, running, stopped }

    /// Nothing runs and nothing of the machine is touched before `run()`.
    package init(_ configuration: EngineConfiguration, logger: Logger, serveControl: @escaping ServeControl) {
        (self.configuration, self.logger, self.serveControl) = (configuration, logger, serveControl)
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
        await begin(folder)
        await tasks.run()
        // Unstructured, because what undoes the node's work must not be cancelled with it.
        await Task { await self.end() }.value
        withExtendedLifetime(folder) {}
    }

    /// Stops the node and returns when nothing of it is left on the machine.
    package func shutdown() async {
        guard phase == .running else { return }
        await tasks.shutdown()
        await withCheckedContinuation { whenStopped.append($0) }
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
        if phase != .stopped, whenTried != nil { await withCheckedContinuation { whenTried?.append($0) } }
        guard let running else { throw phase == .stopped ? .stopping : .notReady(reason: problem ?? "") }
        return running
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
    package var invite: String? { get async { await running?.manager.invite } }

    private func end() async {
        await running?.manager.stop()
        await running?.network.shutdown()
        running = nil
        phase = .stopped
        tried()
        snapshotFeed.finish()
        eventFeed.finish()
        for continuation in whenStopped { continuation.resume() }
        whenStopped = []
    }

    /// Tries now to set up the network, should it not be up, and returns what comes of it.
    func tryAgain() async throws(EngineProblem) {
        guard running == nil, phase == .running else { return _ = try await ready() }
        await tasks.cancel(Self.networkJob)
        // It may have come about while it was being cancelled.
        if running == nil, phase == .running {
            whenTried = whenTried ?? []
            await tasks.start(bringUpJob)
        }
        try await ready()
    }

    /// A try to set up the network is over, well or not.
    func tried() {
        for continuation in whenTried ?? [] { continuation.resume() }
        whenTried = nil
    }

    private func complete(_ snapshot: inout MeshSnapshot) async {
        snapshot.node.name = configuration.name
        snapshot.node.interface = configuration.interface
        if let running { snapshot.node.backend = running.network.backendName }
        if let problem { snapshot.node.problem = problem }
        snapshot.node.asking = asking
        snapshot.tasks = await tasks.statuses
        snapshot.events = log.lines
    }
}
