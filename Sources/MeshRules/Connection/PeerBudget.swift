package import MeshWire

/// What one peer may make this machine do (PROTOCOL.md §5). It outlives whatever it bounds: paths, lists and the pair
/// itself come and go at the peer's wish, its budget stays.
package struct PeerBudget: Sendable {
    /// How long an endpoint counts as proven after its last pong.
    static let proofLifetime: Duration = .seconds(600)
    /// Endpoints whose proof is remembered.
    static let mostProven = 32

    /// Lists of candidates that are acted on.
    var lists = TokenBucket(burst: 3, every: .seconds(1))
    /// Own lists that answer flag 1 of the peer's.
    var answeredLists = TokenBucket(burst: 1, every: .seconds(1))
    /// Changes of path that the peer asks for.
    var moves = TokenBucket(burst: 4, every: .milliseconds(500))
    /// Changes to a path that is merely better, whichever end wants them. Where loss makes every path look bad in turn,
    /// a pair would move all the time and be served by none; a dead path is left whatever the budget says. More at once
    /// let a pair flap, fewer make it wait at the start: a slow relay, a better one, the direct path.
    var improvements = Self.fullImprovements
    /// Samples of WireGuard because of the peer's handshakes and flags.
    var samples = TokenBucket(burst: 8, every: .milliseconds(500))
    /// Changes of the roaming guard because of the peer's handshakes.
    var guards = TokenBucket(burst: 8, every: .milliseconds(500))
    /// Writes of the endpoint that last worked.
    var records = TokenBucket(burst: 1, every: .seconds(60))
    /// The endpoint that was written last.
    var recorded: Endpoint?

    static let fullImprovements = TokenBucket(burst: 3, every: .seconds(60))

    /// Checks to unproven endpoints: all, and for each IP address whatever the port.
    private var checks = TokenBucket(burst: 130, every: .milliseconds(100))
    private var addresses: [(address: IPAddress, checks: TokenBucket)] = []
    private static let fullAddress = TokenBucket(burst: 20, every: .milliseconds(500))
    /// Pongs, acknowledgements and triggered pings to unproven endpoints.
    private var answers = TokenBucket(burst: 50, every: .milliseconds(20))
    /// By the time of the last pong, oldest first.
    private var proven: [(endpoint: Endpoint, at: Instant)] = []

    /// - Parameter recorded: The endpoint that the store has kept.
    package init(recorded: Endpoint? = nil) { self.recorded = recorded }

    // MARK: - Checks

    /// A pong to our own transaction came from there.
    mutating func proved(_ endpoint: Endpoint, at now: Instant) {
        proven.removeAll { $0.endpoint == endpoint }
        proven.append((endpoint, now))
        if proven.count > Self.mostProven { proven.removeFirst() }
    }

    private func isProven(_ endpoint: Endpoint, at now: Instant) -> Bool {
        proven.contains { $0.endpoint == endpoint && now - $0.at <= Self.proofLifetime }
    }

    /// Whether a check of ours may go there now; an unproven endpoint is charged for it.
    mutating func takeCheck(to endpoint: Endpoint, at now: Instant) -> Bool {
        if isProven(endpoint, at: now) { return true }
        var own = checksLeft(endpoint.address)
        guard checks.isAvailable(at: now), own.take(at: now) else { return false }
        checks.take(at: now)
        // A bucket that is full is as good as none: at most 230 addresses have one that is not.
        addresses.removeAll { $0.address == endpoint.address || $0.checks.isFull(at: now) }
        addresses.append((endpoint.address, own))
        return true
    }

    /// When a check that was refused may go there.
    func nextCheck(to endpoint: Endpoint) -> Instant { max(checks.nextToken, checksLeft(endpoint.address).nextToken) }

    private func checksLeft(_ address: IPAddress) -> TokenBucket {
        addresses.first { $0.address == address }?.checks ?? Self.fullAddress
    }

    /// Whether an answer to an authentic check, or the ping that it triggers, may go there now.
    mutating func takeAnswer(to endpoint: Endpoint, at now: Instant) -> Bool {
        isProven(endpoint, at: now) || answers.take(at: now)
    }
}
