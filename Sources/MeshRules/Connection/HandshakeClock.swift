/// When WireGuard's last handshake with a peer was, by the node's own clock. WireGuard dates it by the machine's clock,
/// which may be set at any time: only a date that has changed tells of a handshake, and that one lies between the last
/// sample and this one.
package struct HandshakeClock: Sendable {
    private var date: Duration?
    private var completedAt: Instant?
    private var sampledAt: Instant?

    /// No handshake is known.
    package init() {}

    /// Takes a sample.
    /// - Returns: The age of the last handshake; nil when there was none since the peer was added.
    package mutating func age(_ sample: WireGuardSample, at now: Instant) -> Duration? {
        defer { sampledAt = now }
        // A sample without a date brings an age that its giver vouches for.
        guard let newer = sample.handshakeDate else { return sample.handshakeAge }
        if newer != date {
            let told = now + (.zero - (sample.handshakeAge ?? .zero))
            let isPossible = told <= now && sampledAt.map { told > $0 } ?? true
            (date, completedAt) = (newer, isPossible ? told : now)
        }
        return completedAt.map { now - $0 }
    }
}
