package import MeshRules
package import MeshWire

/// The control plane of a host that serves its own party: the same service and the same rules, in process.
package actor LocalControlPlane: ControlPlane {
    private let service: ControlService
    private let party: PartyID
    private nonisolated let membership = SessionFeed<Session>()

    private struct Session: Sendable {
        var peer: PeerID
        /// The last event that its answer held.
        var event: UInt64
    }

    /// Nobody has joined yet: the first registration or join makes this the session of its member.
    package init(service: ControlService, party: PartyID) { (self.service, self.party) = (service, party) }

    package func perform(_ request: ControlRequest) async -> ControlReply {
        let caller = membership.current.map { Caller.member($0.peer) } ?? .anonymous
        let reply = await service.perform(request, party: party, from: caller)
        if case .joined(let joined) = reply, let peer = request.joiningPeer {
            membership.enter(Session(peer: peer, event: joined.event))
        }
        return reply
    }

    package nonisolated func events() -> AsyncStream<ControlPlaneEvent> {
        let (stream, out) = AsyncStream<ControlPlaneEvent>.makeStream()
        let task = Task { [service, party, membership] in
            for await entry in membership.entries() {
                var last = entry.event
                out.yield(.connected)
                // The service ends a stream that fell behind: what it held is told again from the last number heard.
                while !Task.isCancelled, membership.current?.peer == entry.peer {
                    var isOpen = false
                    for await served in await service.events(party: party, peer: entry.peer, after: last) {
                        isOpen = true
                        Self.pass(served, to: out, &last)
                    }
                    guard isOpen else { break }
                }
            }
            out.finish()
        }
        out.onTermination = { _ in task.cancel() }
        return stream
    }

    private static func pass(
        _ served: ServedEvent, to out: AsyncStream<ControlPlaneEvent>.Continuation, _ last: inout UInt64
    ) {
        switch served {
        case .event(let id, let event):
            last = id
            out.yield(.event(event))
        case .resync(let id):
            last = id
            out.yield(.resync)
        case .taken: out.yield(.taken)
        case .ping: break
        }
    }
}
