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
        let reply = await service.perform(request, party: party, from: caller, source: .inProcess)
        if case .joined(let joined) = reply, let peer = request.joiningPeer {
            membership.enter(Session(peer: peer, event: joined.event))
        }
        return reply
    }

    package nonisolated func follow(_ hear: @escaping @Sendable (ControlPlaneEvent) async -> Void) async {
        for await entry in membership.entries() {
            var last = entry.event
            await hear(.connected)
            // The service ends a stream that fell behind: what it held is told again from the last number heard.
            while !Task.isCancelled, membership.current?.peer == entry.peer {
                var isOpen = false
                for await served in await service.events(party: party, peer: entry.peer, after: last) {
                    isOpen = true
                    await Self.pass(served, to: hear, &last)
                }
                guard isOpen else { break }
            }
        }
    }

    private static func pass(
        _ served: ServedEvent, to hear: @Sendable (ControlPlaneEvent) async -> Void, _ last: inout UInt64
    ) async {
        switch served {
        case .event(let id, let event):
            last = id
            await hear(.event(event))
        case .resync(let id):
            last = id
            await hear(.resync)
        case .taken: await hear(.taken)
        case .ping: break
        }
    }
}
