import MeshWire

/// What outlives a pair, should its peer be met again: counters and the replay window of the keys go on where they
/// stopped, and what the peer has used up stays used up. Of more than 64 the one that ended first is dropped, and a later
/// session counts above it.
struct EndedPairs: Sendable {
    static let most = 64
    private var pairs: [(id: PeerID, session: CheckSession, budget: PeerBudget)] = []

    /// The highest own counter of the sessions that were dropped.
    private(set) var floor = Sequence64(0)

    /// Pairs that are remembered.
    var count: Int { pairs.count }

    /// No pair has ended.
    init() {}

    mutating func add(_ pair: PeerConnection) {
        pairs.removeAll { $0.id == pair.id }
        pairs.append((pair.id, pair.session, pair.budget))
        if pairs.count > Self.most { floor.goAbove(pairs.removeFirst().session.lastCounter) }
    }

    func session(with id: PeerID) -> CheckSession? { pairs.first { $0.id == id }?.session }

    func budget(of id: PeerID) -> PeerBudget? { pairs.first { $0.id == id }?.budget }
}
