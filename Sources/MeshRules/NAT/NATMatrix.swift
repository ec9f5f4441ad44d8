/// How a pair should be reached first. The type orders the tries and never forbids a check.
package enum ConnectionStrategy: String, Equatable, Sendable {
    /// A datagram in at least one direction arrives without help.
    case direct
    /// Both ends open a hole at the same time.
    case holePunch = "hole punching"
    /// The relay carries the pair; direct is still tried beside it.
    case relay
}

/// Something that a burst of checks is sent to.
package protocol Punchable {
    mutating func beginTry(at now: Instant)
}

extension NATTraversal {
    /// The spec's `can_direct_connect` with what physics allows beyond it (DESIGN.md §5).
    package static func canDirectConnect(_ one: NATType, _ other: NATType) -> Bool {
        connectionStrategy(one, other) != .relay
    }

    /// The spec's `attempt_hole_punch`: every path gets a burst of sealed checks from now on. The other end does the same
    /// when it hears of our candidates, so that each NAT lets the other's checks in.
    package static func attemptHolePunch(_ paths: inout [some Punchable], at now: Instant) {
        for index in paths.indices { paths[index].beginTry(at: now) }
    }

    /// The whole matrix; symmetric in its arguments.
    package static func connectionStrategy(_ one: NATType, _ other: NATType) -> ConnectionStrategy {
        switch (min(one.rawValue, other.rawValue), max(one.rawValue, other.rawValue)) {
        case (NATType.unknown.rawValue, _):
            .relay
        case (NATType.open.rawValue, _), (NATType.fullCone.rawValue, _):
            .direct
        case (NATType.restrictedCone.rawValue, _):
            .holePunch
        case (NATType.portRestrictedCone.rawValue, NATType.portRestrictedCone.rawValue):
            .holePunch
        default:
            .relay
        }
    }
}
