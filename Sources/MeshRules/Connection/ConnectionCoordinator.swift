package import MeshWire

/// Decides how a pair comes together: by what strategy it is tried, and which endpoint WireGuard gets at this moment.
/// The strategy orders the tries and never forbids one; only a proven path counts.
package enum ConnectionCoordinator {
    /// What a pair does now.
    package struct Plan: Equatable, Sendable {
        /// By what the pair is tried first.
        package var strategy: ConnectionStrategy
        /// Where WireGuard shall send; nil while nothing is proven.
        package var endpoint: Endpoint?
    }

    /// - Parameters:
    ///   - paths: Every way to the peer that is known, with what was measured on it.
    ///   - current: Where WireGuard sends now, nil before it has the peer.
    ///   - pinned: The relay that a person has chosen for the pair.
    ///   - mobility: How willing the pair is to leave a path that works.
    package static func coordinateConnection(
        own: NATType, peer: NATType, paths: [Path], current: Endpoint? = nil, pinned: Bytes8? = nil,
        _ mobility: PathSelector.Mobility = .settled, at now: Instant
    ) -> Plan {
        let pin = pinned.flatMap { relayEndpoint(paths, only: $0, at: now) }
        let best = PathSelector.choose(paths, current: current, mobility, at: now).map { paths[$0].remote }
        return Plan(strategy: NATTraversal.connectionStrategy(own, peer), endpoint: pin ?? best)
    }

    /// The relay that both ends reach with the shortest whole way there and back; nil when none is proven.
    /// - Parameter only: This relay or none; not when it is about to stop.
    package static func relayEndpoint(_ paths: [Path], only: Bytes8? = nil, at now: Instant) -> Endpoint? {
        let relayed = paths.filter { path in
            path.relay != nil && (only == nil || path.relay == only && !path.isDraining) && path.isUsable(at: now)
        }
        return relayed.min(by: PathSelector.precedes)?.remote
    }
}
