package import MeshRules
package import MeshWire

/// Whoever keeps a party's members in touch: a server, or the host itself. A node asks and listens; it never believes
/// what a card, a roster or a check does not prove.
package protocol ControlPlane: Sendable {
    /// Carries out one request. Never throws: that nobody could be asked is an answer, too.
    func perform(_ request: ControlRequest) async -> ControlReply
    /// What the control plane tells, from now on until the reader stops. It begins once this member has joined.
    func events() -> AsyncStream<ControlPlaneEvent>
}

/// What comes from a control plane unasked.
package enum ControlPlaneEvent: Equatable, Sendable {
    case event(ControlEvent)
    /// Events flow (again).
    case connected
    /// They don't; why, in one line.
    case disconnected(String)
    /// Some were missed for good: ask for the party, its peers and the relays anew.
    case resync
}

/// The spec's operations by name.
extension ControlPlane {
    package func registerParty(roster: [UInt8], welcomes: [SealedWelcome], proof: JoinProof) async -> ControlReply {
        await perform(.registerParty(roster: roster, welcomes: welcomes, proof: proof))
    }

    package func joinParty(g0: PublicKey?, proof: JoinProof) async -> ControlReply {
        await perform(.joinParty(g0: g0, proof: proof))
    }

    package func leaveParty() async -> ControlReply { await perform(.leaveParty) }
    package func updatePeer(_ update: PeerUpdate) async -> ControlReply { await perform(.updatePeer(update)) }
    package func party() async -> ControlReply { await perform(.getParty) }
    package func peers() async -> ControlReply { await perform(.getPeers) }
    package func discoverPeer(_ peer: PeerID) async -> ControlReply { await perform(.discoverPeer(peer)) }
    package func signal(_ check: [UInt8], to peer: PeerID) async -> ControlReply {
        await perform(.signal(to: peer, check: check))
    }
    package func heartbeat() async -> ControlReply { await perform(.heartbeat) }
    package func relays() async -> ControlReply { await perform(.relays) }
}
