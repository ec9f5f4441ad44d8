import MeshRules
import MeshWire

/// What a machine's disk holds: the records of its node, applied one by one, so that a restart finds what was durable.
package struct MachineStore: Sendable {
    private var kept = StoredNode(incarnation: 0)
    private var cards: [(peer: PeerID, card: [UInt8])] = []

    /// An empty disk.
    package init() {}

    /// What the next start of the node is given; raises the incarnation.
    mutating func load() -> StoredNode {
        kept.incarnation += 1
        var result = kept
        result.cards = cards.map(\.card)
        return result
    }

    func card(of peer: PeerID) -> [UInt8]? { cards.first { $0.peer == peer }?.card }

    mutating func apply(_ record: Record) {
        switch record {
        case .party(let party): kept.party = party
        case .roster(let bytes): kept.roster = bytes
        case .newestRoster(let bytes): kept.newestRoster = bytes
        case .card(let peer, let card):
            cards.removeAll { $0.peer == peer }
            cards.insert((peer, card), at: cards.firstIndex { peer < $0.peer } ?? cards.count)
        case .forgetCard(let peer): cards.removeAll { $0.peer == peer }
        case .relays(let relays, let token): (kept.relays, kept.relayToken) = (relays, token)
        case .pin(let peer, let relay): kept.pins[peer] = relay
        case .lastPath(let peer, let endpoint): kept.lastPaths[peer] = endpoint
        case .incarnation(let incarnation): kept.incarnation = incarnation
        case .forgetParty:
            kept = StoredNode(incarnation: kept.incarnation)
            cards = []
        }
    }
}
