/// Time as the deciders know it: nanoseconds since the engine (or the fake world) started. It never steps back.
package struct Instant: Hashable, Comparable, Sendable {
    /// Nanoseconds since the start.
    package var nanoseconds: Int64

    /// The start, or so long after it.
    package init(nanoseconds: Int64 = 0) { self.nanoseconds = nanoseconds }

    /// The earlier of two moments of which either may never come.
    package static func earlier(_ one: Instant?, _ other: Instant?) -> Instant? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }

    /// The earlier one.
    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }
    /// So much later.
    package static func + (left: Instant, right: Duration) -> Instant {
        Instant(nanoseconds: left.nanoseconds + right.nanoseconds)
    }
    /// From the second to the first.
    package static func - (left: Instant, right: Instant) -> Duration {
        .nanoseconds(left.nanoseconds - right.nanoseconds)
    }
}

extension Duration {
    /// The whole duration in nanoseconds; 292 years at most.
    package var nanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }

    /// In milliseconds, for people and JSON.
    package var milliseconds: Double { Double(nanoseconds) / 1_000_000 }
}
