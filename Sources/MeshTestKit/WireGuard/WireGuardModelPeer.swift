import MeshRules
import MeshWire

/// A peer of a `WireGuardModel`.
struct WireGuardModelPeer: Sendable {
    /// An initiation of ours that waits for its response.
    struct Pending: Sendable {
        var index: ReceiverIndex
        var ephemeral: UInt64
    }

    var configuration: WireGuardPeer
    /// Where packets go now: what was set, or where the last authentic packet came from.
    var endpoint: Endpoint?
    var sessions = WireGuardSessions()
    var pending: Pending?
    var timers = WireGuardTimers()
    var staged: [[UInt8]] = []
    var attempts = 0
    var lastSentHandshake: Instant?
    /// By the machine's clock as it was then.
    var handshakeDate: Duration?
    var lastTimestamp: UInt64?
    var lastInitiation: Instant?
    var needAnotherKeepalive = false
    var sentLastMinuteHandshake = false
    var rxBytes: UInt64 = 0
    var txBytes: UInt64 = 0
    var roamingGuard: RoamingGuardModel?

    var key: PublicKey { configuration.publicKey }

    init(_ configuration: WireGuardPeer) {
        self.configuration = configuration
        endpoint = configuration.endpoint
    }
}

/// What the nft rule does with late packets of a pair in motion, and its counter.
struct RoamingGuardModel: Sendable {
    var rule: RoamingGuardRule
    var hits: UInt64 = 0

    /// The source that WireGuard is shown.
    mutating func source(of index: ReceiverIndex, from source: Endpoint) -> Endpoint {
        guard rule.left.contains(source), rule.indexes.contains(index) else { return source }
        hits += 1
        return rule.wanted
    }
}
