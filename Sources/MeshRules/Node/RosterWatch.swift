import MeshWire

/// Whether the control plane keeps up with the host. Peers' pings carry rank and hash of the roster that they hold: a
/// hint to ask, never more. Who asked must not be served an old roster for long (PROTOCOL.md §3).
struct RosterWatch: Sendable {
    /// Between two questions because of pings.
    static let pause: Duration = .seconds(5)
    /// How long a server may be late with a roster that peers have; and how old ours must be before an older one is no
    /// mere answer that was overtaken.
    static let lateness: Duration = .seconds(30)
    static let overtaking: Duration = .seconds(5)

    private var askedAt: Instant?
    /// Since when peers tell of a higher rank.
    private var toldAt: Instant?
    /// When the roster that is held came; nil for one from the store.
    private var heldSince: Instant?
    private var hasAlarmed = false

    /// Why a person is told.
    enum Alarm: Equatable, Sendable {
        /// The roster served is older than the one held.
        case rolledBack
        /// Peers have a newer one for half a minute, and it is not served.
        case withheld
    }

    /// A check told of a peer's roster.
    /// - Returns: Whether to ask for it now.
    mutating func heard(_ rank: RosterRank, _ hash: Bytes8, held: Roster, at now: Instant) -> Bool {
        guard rank >= held.rank, rank > held.rank || hash != held.hash else { return false }
        if rank > held.rank { toldAt = toldAt ?? now }
        guard askedAt.map({ now - $0 >= Self.pause }) ?? true else { return false }
        askedAt = now
        return true
    }

    /// The control plane serves a roster of this rank, which is not above the one held.
    /// - Returns: What to tell, once until a newer roster comes.
    mutating func served(_ rank: RosterRank, held: RosterRank, at now: Instant) -> Alarm? {
        guard !hasAlarmed else { return nil }
        let isOlder = rank < held && heldSince.map { now - $0 >= Self.overtaking } ?? true
        let isLate = toldAt.map { now - $0 >= Self.lateness } ?? false
        guard isOlder || isLate else { return nil }
        hasAlarmed = true
        return isOlder ? .rolledBack : .withheld
    }

    /// A newer roster is held now.
    mutating func moved(at now: Instant) { self = RosterWatch(askedAt: askedAt, heldSince: now) }

    init() {}

    private init(askedAt: Instant?, heldSince: Instant) { (self.askedAt, self.heldSince) = (askedAt, heldSince) }
}

extension RosterWatch.Alarm: CustomStringConvertible {
    var description: String {
        switch self {
        case .rolledBack:
            "the control server serves an older roster than the host's last, which is refused: ask its operator, and the host to come back"
        case .withheld:
            "peers have a newer roster that the control server does not serve: ask its operator, and the host to come back"
        }
    }
}
