import MeshRules

/// How much one source may ask. Each has a purse of requests that fills up again at a steady pace, so that a burst (a
/// node that starts) is served at once and a flood is not.
struct RequestBudget: Sendable {
    /// Requests that may come at once. A household of nodes that all start is below; more helps whoever floods.
    static let burst = 240.0
    /// Requests a second in the long run.
    static let rate = 20.0
    /// Seconds after which an empty purse holds something again.
    static let pause: UInt64 = 1
    /// Sources that are remembered; beyond, those with a full purse are forgotten.
    static let sources = 10_000

    private struct Purse {
        var left: Double
        var at: Duration
    }

    private var purses: [SourceBlock: Purse] = [:]

    /// Takes one request out of the source's purse; false when it is empty. `now`: since any fixed moment.
    mutating func spend(_ source: SourceBlock, now: Duration) -> Bool {
        if purses.count >= Self.sources, purses[source] == nil { forget(now: now) }
        var purse = purses[source] ?? Purse(left: Self.burst, at: now)
        purse.left = Self.filled(purse, now: now)
        purse.at = now
        let isServed = purse.left >= 1
        if isServed { purse.left -= 1 }
        purses[source] = purse
        return isServed
    }

    private mutating func forget(now: Duration) {
        purses = purses.filter { Self.filled($0.value, now: now) < Self.burst }
        // All of them are busy: start afresh rather than grow.
        if purses.count >= Self.sources { purses = [:] }
    }

    private static func filled(_ purse: Purse, now: Duration) -> Double {
        min(burst, purse.left + max(0, (now - purse.at) / .seconds(1)) * rate)
    }
}
