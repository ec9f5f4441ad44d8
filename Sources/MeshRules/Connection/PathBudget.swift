import MeshWire

/// How often a pair may move to a path that is merely better. Where loss makes every path look bad in turn, a pair would
/// move all the time and be served by none; a dead path is left whatever the budget says.
struct PathBudget: Sendable {
    /// Moves at once: a slow relay, a better one, the direct path. More let a pair flap, fewer make it wait at the start.
    static let most = 3
    /// Until there is one more.
    static let renewal: Duration = .seconds(60)

    private var left = Self.most
    private var countedAt = Instant()

    /// Whether a move for the better is in the budget.
    func allows(at now: Instant) -> Bool { left > 0 || now - countedAt >= Self.renewal }

    /// The pair has moved, for whatever reason.
    mutating func moved(at now: Instant) {
        while left < Self.most, now - countedAt >= Self.renewal {
            left += 1
            countedAt = countedAt + Self.renewal
        }
        if left == Self.most { countedAt = now }
        left = max(left - 1, 0)
    }

    /// A person chose: what they want is done at once.
    mutating func reset() { self = PathBudget() }
}
