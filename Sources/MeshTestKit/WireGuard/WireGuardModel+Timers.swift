package import MeshRules

extension WireGuardModel {
    /// Does what is due; call it at `nextDeadline`.
    package mutating func handleTimeout(now: Instant) {
        for index in peers.indices where peers[index].timers.next <= now.nanoseconds {
            if Self.take(&peers[index].timers.retransmitHandshake, now) { retransmit(index, now) }
            if Self.take(&peers[index].timers.sendKeepalive, now) {
                sendKeepalive(index, now)
                if peers[index].needAnotherKeepalive {
                    peers[index].needAnotherKeepalive = false
                    peers[index].timers.sendKeepalive = now + WireGuardConstants.keepaliveTimeout
                }
            }
            if Self.take(&peers[index].timers.newHandshake, now) { sendInitiation(index, isRetry: false, now) }
            if Self.take(&peers[index].timers.zeroKeys, now) { zeroKeys(index) }
            if Self.take(&peers[index].timers.persistentKeepalive, now) { sendKeepalive(index, now) }
        }
    }

    private static func take(_ timer: inout Instant?, _ now: Instant) -> Bool {
        guard let due = timer, due <= now else { return false }
        timer = nil
        return true
    }

    private mutating func retransmit(_ index: Int, _ now: Instant) {
        guard peers[index].attempts < WireGuardConstants.handshakeAttempts else {
            peers[index].timers.sendKeepalive = nil
            peers[index].staged = []
            return
        }
        peers[index].attempts += 1
        sendInitiation(index, isRetry: true, now)
    }

    private mutating func zeroKeys(_ index: Int) {
        for own in peers[index].sessions.indexes { forget(own) }
        peers[index].sessions = WireGuardSessions()
        peers[index].staged = []
    }
}
