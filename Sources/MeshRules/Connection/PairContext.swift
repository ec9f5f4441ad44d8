package import MeshWire

/// What a pair needs to know of its machine at this moment. It is kept and shared, for each datagram asks for it.
package struct PairContext: Sendable {
    /// Its rank and hash ride in every check; its subnet is no place for a peer.
    package var roster: Roster
    /// Every relay that the node knows, sorted by ID.
    package var relays: [RelayContact]
    /// The sealed list that tells the peer where we are.
    package var ownCandidates: CandidateList
    /// What the NAT before this machine is taken for.
    package var ownNAT: NATType
    /// Somebody looks at a screen: measuring is denser.
    package var watched: Bool
    /// The node's settings.
    package var configuration: NodeConfiguration

    /// A relay as a pair sees it.
    package struct RelayContact: Equatable, Sendable {
        /// H("relay", key)[8].
        package var id: Bytes8
        /// Where this machine is registered with it.
        package var endpoint: Endpoint
        /// All endpoints that it is known by, to recognise it in a peer's candidates.
        package var endpoints: [Endpoint]
        /// Its name for people.
        package var region: String
        /// It has taken this machine in, as far as we know.
        package var registered: Bool
        /// It has said that it is about to stop.
        package var draining = false
        /// Own receiver indexes that it knows.
        package var confirmed: [ReceiverIndex] = []

        /// Whether packets for these indexes find us: others it throws away.
        func knows(_ indexes: ReceiverIndexes) -> Bool { indexes.rows.allSatisfy(confirmed.contains) }
    }

    func relay(at endpoint: Endpoint) -> RelayContact? {
        relays.first { $0.endpoint == endpoint || $0.endpoints.contains(endpoint) }
    }

    func region(_ id: Bytes8?) -> String {
        guard let id else { return "" }
        let region = relays.first { $0.id == id }?.region ?? ""
        return region.isEmpty ? String(id.hex.prefix(8)) : region
    }
}

/// What a pair asks of its node, beyond what it does by itself.
package enum PairRequest: Equatable, Sendable {
    /// HELLO at once: a check through this relay went unanswered, or the pair is about to use it; nil means all relays.
    case hello(relay: Bytes8?)
    /// Send this sealed check by every way that leads to the peer apart from its paths.
    case signal([UInt8])
    /// The same, and the control plane keeps it for the peer until the next one.
    case leave([UInt8])
}
