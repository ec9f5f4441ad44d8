package import MeshRules
package import MeshWire

/// The control plane that the node uses now: the host's own or a server. Its events become inputs of the node.
package actor ControlConnection {
    package typealias Connect = @concurrent @Sendable (ControlTarget, PartyID) async throws -> any ControlPlane
    package typealias Performer = @concurrent @Sendable (ControlRequest) async -> ControlReply

    private static let following = "control events"

    /// What the node is to hear: events, and whether the control plane can be reached. Each waits until the one before it
    /// is taken.
    package nonisolated let inputs = Handover<NodeInput>()
    private let tasks: TaskManager
    private let connect: Connect
    private let leaveOwn: @concurrent @Sendable () async -> Void
    private var plane: (any ControlPlane)?
    private var lines = RequestLines()
    /// What is to be used. One that can't be opened, on a full disk say, is tried again with each request.
    private var wanted: (target: ControlTarget, party: PartyID)?

    /// `leaveOwn` ends the control plane of this process, should it run: it serves the party that is hosted, and no longer.
    package init(
        tasks: TaskManager, leaveOwn: @escaping @concurrent @Sendable () async -> Void = {}, connect: @escaping Connect
    ) {
        (self.tasks, self.leaveOwn, self.connect) = (tasks, leaveOwn, connect)
    }

    /// Leaves the present control plane and follows another; nil follows none.
    package func use(_ target: ControlTarget?, party: PartyID) async throws {
        await tasks.cancel(Self.following)
        // What waits for the plane before goes there, and nothing of the next one waits behind it.
        (plane, wanted, lines) = (nil, target.map { ($0, party) }, RequestLines())
        if !(target?.isOwn ?? false) { await leaveOwn() }
        try await open()
    }

    private func open() async throws {
        guard plane == nil, let wanted else { return }
        let plane = try await connect(wanted.target, wanted.party)
        self.plane = plane
        let inputs = inputs
        await tasks.start(
            TaskJob(Self.following) { await plane.follow { await inputs.send(Self.input($0)) } })
    }

    /// Asks the control plane of this moment, whichever is used when the answer comes. Requests of one kind leave in the
    /// order of these calls, each when the one before it was answered: a newer update is never overtaken by an older one.
    /// - Returns: Nil when the same question already waits for its turn: its answer will hold what this one would.
    package func performer(for request: ControlRequest) async -> Performer? {
        // Before anything is waited for: the order of the calls counts.
        guard let turn = lines.enter(request) else { return nil }
        do { try await open() } catch {
            let refusal = ControlRefusal.notAsked("the control plane can't be opened, \(error)")
            return { _ in await turn.take { .refused(refusal) } }
        }
        guard let plane else {
            let refusal = ControlRefusal.unreachable("this machine uses none: host or join a party first")
            return { _ in await turn.take { .refused(refusal) } }
        }
        return { request in await turn.take { await plane.perform(request) } }
    }

    private static func input(_ event: ControlPlaneEvent) -> NodeInput {
        switch event {
        case .event(let event): .event(event)
        case .connected: .controlReachable(true)
        case .resync: .eventsMissed
        case .taken: .eventsTaken
        case .disconnected: .controlReachable(false)
        }
    }
}

extension ControlTarget {
    /// The control plane of this process.
    fileprivate var isOwn: Bool { if case .local = self { true } else { false } }
}
