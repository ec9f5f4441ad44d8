/// incarnation:4 ‖ number:4 of PROTOCOL.md: rises with each use, and across restarts because the incarnation does. No
/// clock is needed for it.
package struct Sequence64: Equatable, Sendable {
    package private(set) var value: UInt64

    /// The first value of an incarnation.
    package init(incarnation: UInt32) { value = UInt64(incarnation) << 32 }

    package mutating func advance() { value += 1 }

    /// Whoever meets a higher one of its own goes on above it.
    package mutating func goAbove(_ seen: UInt64) { value = max(value, seen) }

    /// Advances and returns the new value.
    package mutating func next() -> UInt64 {
        advance()
        return value
    }
}
