/// incarnation:4 ‖ number:4 of PROTOCOL.md: rises with each use, and across restarts because the incarnation does. No
/// clock is needed for it.
package struct Sequence64: Equatable, Sendable {
    /// Both halves; the last one used.
    package private(set) var value: UInt64

    /// The first value of an incarnation.
    package init(incarnation: UInt32) { value = UInt64(incarnation) << 32 }

    /// One that was written down or met.
    package init(_ value: UInt64) { self.value = value }

    /// One is used up. The last value of all stays: what is signed with it again is refused as a repetition.
    package mutating func advance() { value = max(value, value &+ 1) }

    /// The upper half: which start of the node it belongs to.
    package var incarnation: UInt32 { UInt32(truncatingIfNeeded: value >> 32) }

    /// Goes on above a higher one of its own that was met. One of the last incarnation is ignored: above it there is no
    /// room left for another start.
    package mutating func goAbove(_ seen: UInt64) {
        guard Sequence64(seen).incarnation < .max else { return }
        value = max(value, seen)
    }

    /// Goes on as if so many starts had passed.
    package mutating func leap(_ incarnations: UInt32) {
        let (higher, overflow) = value.addingReportingOverflow(UInt64(incarnations) << 32)
        if !overflow { value = higher }
    }

    /// Advances and returns the new value.
    package mutating func next() -> UInt64 {
        advance()
        return value
    }
}
