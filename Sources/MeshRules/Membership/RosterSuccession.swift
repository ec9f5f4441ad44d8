import MeshWire

/// Whether one roster may follow another (PROTOCOL.md §3).
enum RosterSuccession: Equatable, Sendable {
    /// The same roster again.
    case same
    /// A newer one.
    case newer

    /// Compares a verified roster with the one that is held. Throws `.party`, `.rank` when it is older, and `.fork` when
    /// both can't come from one history: equal rank and other bytes, keys of which neither list begins the other, or another
    /// network, which a party keeps for good.
    static func of(_ roster: Roster, after held: Roster) throws(Refusal) -> RosterSuccession {
        guard roster.party == held.party else { throw .party }
        let keys = [roster.root] + roster.successors.map(\.key)
        let heldKeys = [held.root] + held.successors.map(\.key)
        guard zip(keys, heldKeys).allSatisfy({ $0 == $1 }), roster.network == held.network else { throw .fork }
        if roster.rank == held.rank {
            guard roster.digest == held.digest else { throw .fork }
            return .same
        }
        guard roster.rank > held.rank else { throw .rank }
        return .newer
    }
}
