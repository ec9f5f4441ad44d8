/// Token bucket: so many at once, and one more each interval. It is kept as the moment at which the bucket is full
/// again (the theoretical arrival time of GCRA, ITU-T I.371), so that no timer and no rounding fills it.
package struct TokenBucket: Equatable, Sendable {
    /// How many can be taken at once; 1 at least.
    package let burst: Int
    /// Until one more is there; above zero.
    package let interval: Duration
    private var fullAt = Instant()

    /// A bucket that is full.
    package init(burst: Int, every interval: Duration) { (self.burst, self.interval) = (burst, interval) }

    /// When one more can be taken: a moment that has passed while the bucket is not empty.
    package var nextToken: Instant { fullAt + (.zero - interval * (burst - 1)) }

    /// Whether one can be taken.
    package func isAvailable(at now: Instant) -> Bool { nextToken <= now }

    /// Whether a new bucket would serve as well.
    package func isFull(at now: Instant) -> Bool { fullAt <= now }

    /// Takes one.
    /// - Returns: False when there is none: nothing changes.
    @discardableResult
    package mutating func take(at now: Instant) -> Bool {
        guard isAvailable(at: now) else { return false }
        fullAt = max(fullAt, now) + interval
        return true
    }
}
