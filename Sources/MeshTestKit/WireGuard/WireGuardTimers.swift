import MeshRules

/// A peer's five timers; nil is not pending.
struct WireGuardTimers: Sendable {
    var retransmitHandshake: Instant?
    var sendKeepalive: Instant?
    var newHandshake: Instant?
    var zeroKeys: Instant?
    var persistentKeepalive: Instant?

    /// Kept as one number: it is asked for after every packet.
    var next: Int64 {
        var least = Int64.max
        if let time = retransmitHandshake?.nanoseconds { least = min(least, time) }
        if let time = sendKeepalive?.nanoseconds { least = min(least, time) }
        if let time = newHandshake?.nanoseconds { least = min(least, time) }
        if let time = zeroKeys?.nanoseconds { least = min(least, time) }
        if let time = persistentKeepalive?.nanoseconds { least = min(least, time) }
        return least
    }
}
