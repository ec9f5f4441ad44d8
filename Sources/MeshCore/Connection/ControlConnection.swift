package import MeshRules
package import MeshWire

/// The control plane that the node uses now: the host's own or a server. Its events become inputs of the node.
package actor ControlConnection {
    package typealias Connect = @concurrent @Sendable (ControlTarget, PartyID) async throws -> any ControlPlane
    package typealias Performer = @concurrent @Sendable (ControlRequest) async -> ControlReply

    private static let following = "control events"

    /// What the node is to hear: events, and whether the control plane can be reached.
    package nonisolated let inputs: AsyncStream<NodeInput>
    private let deliver: AsyncStream<NodeInput>.Continuation
    private let tasks: TaskManager
    private let connect: Connect
    private var plane: (any ControlPlane)?
    /// What is to be used. One that can't be opened, on a full disk say, is tried again with each request.
    private var wanted: (target: ControlTarget, party: PartyID)?

    package init(tasks: TaskManager, connect: @escaping Connect) {
        (self.tasks, self.connect) = (tasks, connect)
        (inputs, deliver) = AsyncStream.makeStream()
    }

    /// Leaves the present control plane and follows another; nil follows none.
    package func use(_ target: ControlTarget?, party: PartyID) async throws {
        await tasks.cancel(Self.following)
        (plane, wanted) = (nil, target.map { ($0, party) })
        try await open()
    }

    private func open() async throws {
        guard plane == nil, let wanted else { return }
        let plane = try await connect(wanted.target, wanted.party)
        self.plane = plane
        let deliver = deliver
        await tasks.start(
            TaskJob(Self.following) {
                for await event in plane.events() { deliver.yield(Self.input(event)) }
            })
    }

    /// Asks the control plane of this moment, whichever is used when the answer comes.
    package func performer() async -> Performer {
        do { try await open() } catch {
            let refusal = ControlRefusal.notAsked("the control plane can't be opened, \(error)")
            return { _ in .refused(refusal) }
        }
        guard let plane else {
            return { _ in .refused(.unreachable("this machine uses none: host or join a party first")) }
        }
        return { await plane.perform($0) }
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
