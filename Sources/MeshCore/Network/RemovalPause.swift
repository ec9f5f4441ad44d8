package import MeshWire

/// When a removed peer may be added again: WireGuard drops the first handshake of a peer that it has known within the
/// last moment, and the next one comes 5 s later.
package struct RemovalPause: Sendable {
    package static let length: Duration = .milliseconds(50)

    private var removed: [PublicKey: ContinuousClock.Instant] = [:]

    package init() {}

    package mutating func removed(_ peer: PublicKey, now: ContinuousClock.Instant) {
        removed = removed.filter { now - $0.value < Self.length }
        removed[peer] = now
    }

    /// How long to wait; nil when it may be added at once.
    package func pause(before peer: PublicKey, now: ContinuousClock.Instant) -> Duration? {
        guard let removed = removed[peer], now - removed < Self.length else { return nil }
        return Self.length - (now - removed)
    }
}
