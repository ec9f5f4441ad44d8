package import MeshWire

/// What a pair needs to know of its machine at this moment.
package struct PairContext: Sendable {
    package var roster: Roster
    /// Every relay that the node knows, sorted by ID.
    package var relays: [RelayContact]
    /// The sealed list that tells the peer where we are.
    package var ownCandidates: CandidateList
    package var ownNAT: NATType
    package var watched: Bool
    package var configuration: NodeConfiguration
    /// The peer's name for events.
    package var name: String

    /// A relay as a pair sees it.
    package struct RelayContact: Equatable, Sendable {
        package var id: Bytes8
        package var endpoint: Endpoint
        /// All endpoints that it is known by, to recognise it in a peer's candidates.
        package var endpoints: [Endpoint]
        package var region: String
        package var registered: Bool
        /// It knows our receiver indexes of this pair.
        package var announced = true
    }

    func relay(at endpoint: Endpoint) -> RelayContact? {
        relays.first { $0.endpoint == endpoint || $0.endpoints.contains(endpoint) }
    }

    func region(_ id: Bytes8?) -> String {
        guard let id else { return "" }
        return relays.first { $0.id == id }?.region ?? String(id.hex.prefix(8))
    }
}

/// What a pair asks of its node, beyond what it does by itself.
package enum PairRequest: Equatable, Sendable {
    /// HELLO at once: a check through this relay went unanswered, or the pair is about to use it; nil means all relays.
    case hello(relay: Bytes8?)
    /// Send this sealed check by every way that leads to the peer apart from its paths.
    case signal([UInt8])
}
