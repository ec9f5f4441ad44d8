import MeshRules

/// The numbers of WireGuard's paper (§6.1) and, where it is silent, of wireguard-go.
enum WireGuardConstants {
    static let rekeyAfterTime: Duration = .seconds(120)
    static let rejectAfterTime: Duration = .seconds(180)
    static let rekeyTimeout: Duration = .seconds(5)
    static let keepaliveTimeout: Duration = .seconds(10)
    /// Retries are spread over a third of a second.
    static let jitter: Duration = .milliseconds(334)
    /// After so many retries (90 s) an end gives up until there is something to send again.
    static let handshakeAttempts = 18
    /// Initiations of one peer that follow each other faster are ignored.
    static let initiationSpacing: Duration = .milliseconds(20)
    /// Packets that wait for a session.
    static let stagedPackets = 1_024
    /// Packets that arrive later than this many behind the newest are refused.
    static let replayWindow: UInt64 = 8_128
}
