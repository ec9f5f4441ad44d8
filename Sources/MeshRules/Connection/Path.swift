package import MeshWire

/// One way to a peer: straight to an address of its own, or through a relay where both are registered. A path is proven
/// by a pong to our own transaction, and by nothing else.
package struct Path: Punchable, Sendable {
    /// Pings that stay unanswered make a path silent.
    static let missesUntilSilent = 3
    /// For how long, beyond that, a path must be quiet where answers get lost all the time. Less makes a lossy path look
    /// dead by chance, more keeps a dead one for longer than two seconds.
    static let endurance: Duration = .milliseconds(1_400)
    /// Loss, in per cent, by which a path counts as lossy and loses to a clean one.
    static let lossThatCounts: Double = 10
    /// How many checks an address that never answered gets in one try.
    static let checksPerTry = 10
    static let betweenTries: Duration = .seconds(2)
    /// After the last ping: a triggered check need not wait for the pace of a try. Less lets two ends whose pongs get
    /// lost answer each other's triggered checks too often, more makes contact slower where much is lost.
    static let betweenTriggered: Duration = .milliseconds(20)
    /// How long a pong counts as proof when a path is chosen.
    static let proofLifetime: Duration = .seconds(30)

    /// Where WireGuard would send: the peer's address, or the relay's.
    package let remote: Endpoint
    /// The relay that it leads through; nil for a direct path.
    package internal(set) var relay: Bytes8?
    /// When the last pong came.
    package private(set) var provenAt: Instant?
    /// Unanswered pings since the last pong.
    package private(set) var misses = 0
    /// No pong comes any more.
    package private(set) var isSilent = false
    /// When the first of the pings that went unanswered was sent.
    private var quietSince: Instant?
    /// Its relay has said that it is about to stop.
    package var isDraining = false
    /// Smoothed as in RFC 6298 (an eighth of each sample).
    package private(set) var roundTrip: Duration?
    /// Smoothed difference of round trips (an eighth of each sample).
    package private(set) var jitter: Duration = .zero
    /// Where the peer saw our last answered ping come from.
    package private(set) var observed: Endpoint?
    /// The last answers, newest last; at most a hundred.
    private var answered: [Bool] = []
    /// The last three round trips: a switch wants three good ones.
    package private(set) var samples: [Duration] = []
    /// The median of those: what paths are compared by. One slow answer, such as the first while everything starts, does
    /// not count against a path for minutes as it would in a smoothed value.
    package var recentRoundTrip: Duration? { samples.isEmpty ? nil : samples.sorted()[samples.count / 2] }
    private var outstanding: [Ping] = []
    private var triedAt: Instant?
    /// Checks left in the present try.
    private(set) var checksLeft = 0
    /// All checks that were sent here.
    private(set) var checksSent = 0
    /// The next ping answers one of the peer's.
    private(set) var isTriggered = false
    /// When a ping is due; nil while it rests.
    package var nextPing: Instant?
    /// The address of this machine that its packets last came in by; nil where nobody knows.
    package var local: IPAddress?
    /// A person's or the peer's refusal: not chosen again before.
    package var avoidUntil = Instant()

    private struct Ping: Sendable {
        let transaction: UInt64
        let sentAt: Instant
        var missed = false
    }

    /// A path that nothing is known of yet.
    package init(remote: Endpoint, relay: Bytes8?) { (self.remote, self.relay) = (remote, relay) }

    /// Direct or through a relay.
    package var kind: PathKind { relay == nil ? .direct : .relay }
    /// Unanswered checks among the last hundred, per cent.
    package var lossPct: Double { Self.lossPct(answered[...]) }

    /// Of the last twenty: a path that rests is pinged each 15 s, and a hundred good answers would take it half an hour.
    var recentLossPct: Double { Self.lossPct(answered.suffix(20)) }

    /// Loses answers even while it works: what is missing just now does not count.
    var isLossy: Bool {
        let end = answered.lastIndex(of: true).map { $0 + 1 } ?? 0
        return Self.lossPct(answered[..<end].suffix(20)) >= Self.lossThatCounts
    }

    private static func lossPct(_ answered: ArraySlice<Bool>) -> Double {
        answered.isEmpty ? 0 : 100 * Double(answered.filter { !$0 }.count) / Double(answered.count)
    }

    /// Fit to carry the pair now.
    package func isUsable(at now: Instant) -> Bool {
        guard let provenAt, !isSilent, now >= avoidUntil else { return false }
        return now - provenAt <= Self.proofLifetime
    }

    /// How long a ping may stay unanswered: twice the round trip and 100 ms, from 200 ms to 1 s.
    package var patience: Duration {
        guard let roundTrip else { return .seconds(1) }
        return min(max(roundTrip * 2 + .milliseconds(100), .milliseconds(200)), .seconds(1))
    }

    /// When a ping is due or overdue.
    package var deadline: Instant? {
        let overdue = outstanding.first { !$0.missed }.map { $0.sentAt + patience }
        guard let nextPing else { return overdue }
        return overdue.map { min($0, nextPing) } ?? nextPing
    }

    /// Ten more checks. An address that has never answered gets a new try every two seconds at most, whoever asks for it.
    package mutating func beginTry(at now: Instant) {
        if provenAt == nil, let triedAt, now - triedAt < Self.betweenTries { return }
        (checksLeft, triedAt) = (Self.checksPerTry, now)
        nextPing = soonest(now)
    }

    /// The peer has pinged here: one ping of ours follows, outside of any try (triggered check, RFC 8445 §7.3.1.4).
    package mutating func triggerCheck(at now: Instant) {
        isTriggered = true
        let soonest = outstanding.last.map { max(now, $0.sentAt + Self.betweenTriggered) } ?? now
        nextPing = nextPing.map { min($0, soonest) } ?? soonest
    }

    /// The budget has none left: the peer's next ping asks for another.
    mutating func dropTriggeredCheck() { isTriggered = false }

    private func soonest(_ now: Instant) -> Instant {
        guard provenAt == nil, let last = outstanding.last else { return now }
        return max(now, last.sentAt + .milliseconds(100))
    }

    /// A ping left.
    package mutating func pinged(_ transaction: UInt64, at now: Instant) {
        if !isTriggered { checksLeft = max(0, checksLeft - 1) }
        isTriggered = false
        checksSent += 1
        outstanding.append(Ping(transaction: transaction, sentAt: now))
        if outstanding.count > 16 { outstanding.removeFirst() }
    }

    /// - Returns: The round trip when the pong answers a ping of this path; a late one still proves it.
    package mutating func ponged(_ transaction: UInt64, observed: Endpoint?, at now: Instant) -> Duration? {
        guard let index = outstanding.firstIndex(where: { $0.transaction == transaction }) else { return nil }
        let ping = outstanding.remove(at: index)
        if isSilent {
            // An outage that is over is no loss: else a mended path would stay the worse one for a hundred checks.
            while answered.last == false { answered.removeLast() }
            samples = []
        }
        // What left before the way was open is no loss either: the first ping to a NAT only opens its hole.
        if provenAt == nil || isSilent { outstanding.removeAll { $0.sentAt <= ping.sentAt } }
        let sample = now - ping.sentAt
        if let known = roundTrip {
            jitter = (jitter * 7 + (sample > known ? sample - known : known - sample)) / 8
            roundTrip = (known * 7 + sample) / 8
        } else {
            roundTrip = sample
        }
        samples = (samples + [sample]).suffix(3)
        note(true)
        (provenAt, misses, checksLeft, self.observed) = (now, 0, Self.checksPerTry, observed)
        (isSilent, quietSince, isTriggered) = (false, nil, false)
        return sample
    }

    /// Counts the pings whose time is over.
    /// - Returns: How many were missed just now.
    package mutating func countMisses(at now: Instant) -> Int {
        var missed = 0
        for index in outstanding.indices where !outstanding[index].missed && outstanding[index].sentAt + patience <= now
        {
            outstanding[index].missed = true
            quietSince = quietSince ?? outstanding[index].sentAt
            missed += 1
            note(false)
        }
        outstanding.removeAll { $0.missed && now - $0.sentAt > .seconds(5) }
        misses += missed
        if missed > 0, misses >= Self.missesUntilSilent, let quietSince {
            isSilent = !isLossy || now - quietSince >= Self.endurance
        }
        return missed
    }

    /// The machine's address that the path came in by is gone: what was proven holds no more.
    package mutating func doubt() {
        provenAt = nil
        outstanding = []
    }

    private mutating func note(_ success: Bool) {
        guard provenAt != nil || success else { return }
        answered.append(success)
        if answered.count > 100 { answered.removeFirst() }
    }
}
