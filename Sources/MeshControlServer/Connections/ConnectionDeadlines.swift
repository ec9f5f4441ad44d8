/// How long a connection may go on as it is: what its client has not done in time ends it. The caller passes the time in.
struct ConnectionDeadlines {
    typealias Instant = ContinuousClock.Instant

    private enum Phase {
        /// The head of a request is on its way.
        case head
        /// The head is complete and nothing of the answer has left.
        case body
        case answering
        /// The last answer is complete and nothing of the next request has come.
        case idle
        /// Our end is closed.
        case ending
    }

    private let limits: ConnectionLimits
    private var phase = Phase.head
    private var since: Instant
    private var sent: UInt64 = 0
    private var progressAt: Instant?

    /// A connection that is open from `now` on: its first head is due.
    init(limits: ConnectionLimits, now: Instant) { (self.limits, since) = (limits, now) }

    /// Whether no request is under way, so that the connection can go without harm.
    var isWaiting: Bool { phase == .head || phase == .idle }

    /// When the connection has to end unless something happens before; nil while only the server is waited for.
    var deadline: Instant? {
        let limit: Duration? =
            switch phase {
            case .head: limits.head
            case .body: limits.body
            case .idle: limits.idle
            case .ending: limits.ending
            case .answering: nil
            }
        let waited = limit.map { since.advanced(by: $0) }
        let written = progressAt.map { $0.advanced(by: limits.write) }
        return [waited, written].compactMap(\.self).min()
    }

    mutating func received(now: Instant) { if phase == .idle { enter(.head, now) } }
    mutating func headRead(now: Instant) { if phase != .ending { enter(.body, now) } }
    mutating func answerBegun(now: Instant) { if phase == .body { enter(.answering, now) } }
    mutating func answered(now: Instant) { if phase != .ending { enter(.idle, now) } }
    mutating func outputClosed(now: Instant) { if phase != .ending { enter(.ending, now) } }

    /// Notes how many bytes have left in all, and whether more wait: progress is that the first number rises.
    mutating func wrote(sent: UInt64, waiting: Bool, now: Instant) {
        if !waiting {
            progressAt = nil
        } else if progressAt == nil || sent > self.sent {
            progressAt = now
        }
        self.sent = sent
    }

    private mutating func enter(_ phase: Phase, _ now: Instant) { (self.phase, since) = (phase, now) }
}
