/// How long to wait before trying again: twice as long after each failure, and never all clients at the same moment.
package struct Backoff: Equatable, Sendable {
    /// After the first failure.
    package static let first: Duration = .milliseconds(500)
    /// At most. Longer spares a server that is down, shorter finds it sooner when it is back.
    package static let longest: Duration = .seconds(30)

    private var failures = 0

    /// Nothing has failed yet.
    package init() {}

    /// The next failure counts as the first again.
    package mutating func succeeded() { failures = 0 }

    /// Somewhere between half of the full pause and all of it.
    package mutating func failed(random: inout some RandomNumberGenerator) -> Duration {
        let full = min(Self.first * (1 << min(failures, 10)), Self.longest)
        failures += 1
        return full * Double.random(in: 0.5...1, using: &random)
    }
}
