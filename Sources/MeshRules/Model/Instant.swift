/// Time as the deciders know it: nanoseconds since the engine (or the fake world) started. It never steps back.
package struct Instant: Hashable, Comparable, Sendable {
    /// Nanoseconds since the start.
    package var nanoseconds: Int64

    package init(nanoseconds: Int64 = 0) { self.nanoseconds = nanoseconds }

    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }
    package static func + (left: Instant, right: Duration) -> Instant {
        Instant(nanoseconds: left.nanoseconds + right.nanoseconds)
    }
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
