/// A token bucket in one number: the time at which it would be full again (GCRA).
struct RateLimit {
    private var fullAt = Int64.min

    /// Whether one more may pass, which it then has.
    ///
    /// - Parameters:
    ///   - burst: how many pass at once.
    ///   - interval: nanoseconds after which one more passes.
    mutating func pass(now: Int64, burst: Int64, interval: Int64) -> Bool {
        let start = max(fullAt, now)
        guard start - now <= (burst - 1) * interval else { return false }
        fullAt = start + interval
        return true
    }
}
