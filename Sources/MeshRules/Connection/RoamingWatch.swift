package import MeshWire

/// How long the roaming guard of a pair stands: it goes two seconds after its counter has stopped (DESIGN.md §3). It also
/// remembers which endpoints the pair has just left, so that a late packet's roaming is told from a peer's new address.
package struct RoamingWatch: Sendable {
    static let quiet: Duration = .seconds(2)
    static let remembered: Duration = .seconds(5)

    /// Endpoints that the pair has left of late; at most four.
    package private(set) var left: [Endpoint] = []
    /// A guard is in force.
    package private(set) var standing = false
    private var hits: UInt64 = 0
    private var movedAt = Instant()

    /// No guard, nothing left.
    package init() {}

    /// The pair moved. Endpoints left earlier stay in the guard while it stands; the wanted one never does.
    package mutating func moved(from old: Endpoint, to wanted: Endpoint, at now: Instant) {
        if !standing && now - movedAt > Self.remembered { left = [] }
        left = (left.filter { $0 != wanted && $0 != old } + (old == wanted ? [] : [old])).suffix(4)
        (standing, hits, movedAt) = (true, 0, now)
    }

    /// Each sample of WireGuard tells how often the guard has worked.
    /// - Returns: True when the guard has done its work and may go.
    package mutating func sampled(hits newer: UInt64?, at now: Instant) -> Bool {
        guard standing else { return false }
        if let newer, newer != hits {
            hits = newer
            movedAt = now
            return false
        }
        guard now - movedAt >= Self.quiet else { return false }
        standing = false
        return true
    }

    /// Whether roaming to this endpoint is the work of a late packet.
    package func hasJustLeft(_ endpoint: Endpoint, at now: Instant) -> Bool {
        left.contains(endpoint) && (standing || now - movedAt <= Self.remembered)
    }

    /// The guard could not be set, so the pair has not moved.
    /// - Returns: The endpoint that it is still at.
    package mutating func refused() -> Endpoint? {
        standing = false
        return left.popLast()
    }

    /// The guard could not be taken away: it is tried again when it has been quiet once more.
    package mutating func stillStands(at now: Instant) { (standing, movedAt) = (true, now) }

    /// WireGuard's peer is another one now.
    package mutating func reset() { self = RoamingWatch() }
}
