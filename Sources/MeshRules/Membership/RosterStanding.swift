import MeshWire

/// What a roster says of an identity.
enum RosterStanding: Equatable, Sendable {
    case host, member, kicked, unlisted
}

extension Roster {
    func standing(of identity: PublicKey) -> RosterStanding {
        switch member(identity)?.status {
        case .host: .host
        case .member: .member
        case .kicked: .kicked
        case nil: .unlisted
        }
    }

    /// The address that the roster fixes for an identity, nil if it leaves it open.
    func fixedAddress(of identity: PublicKey) -> UInt32? {
        member(identity).flatMap { $0.ipv4 == 0 ? nil : $0.ipv4 }
    }

    /// Why this identity can't be a member, if so.
    func admit(_ identity: PublicKey) throws(Refusal) {
        if flags.contains(.ended) { throw .ended }
        switch standing(of: identity) {
        case .kicked: throw .kicked
        case .unlisted where flags.contains(.closed): throw .closed
        default: break
        }
    }
}
