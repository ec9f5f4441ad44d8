import MeshWire

/// What the machine could not do for the pair: the pair goes back to what is so, and tries again.
extension PeerConnection {
    /// WireGuard did not take the peer, or a sample shows that it has it no longer.
    package mutating func peerRefused(_ why: String, _ step: inout Step) {
        guard link.isAdded else { return }
        link.refused(at: step.now)
        roaming.reset()
        pathSwitch.cancel()
        (current, latency, owedAck) = (nil, nil, nil)
        guard phase == .connected || phase == .degraded else { return }
        lastError = why
        enter(.reconnecting, &step, why)
        (attempts, nextAttempt) = (0, step.now)
    }

    /// WireGuard's endpoint was not set: the next sample tells where it is, and the pair goes on from there.
    package mutating func endpointRefused(_ step: inout Step) {
        guard link.isAdded else { return }
        link.endpointRefused()
    }

    /// The guard is not in force. When the pair was to move with it, it has not: it stays where it was for a while.
    package mutating func guardRefused(_ rule: RoamingGuardRule, moving: Bool, _ step: inout Step) {
        guardsRefused = true
        guard moving, link.isAdded else { return }
        let old = roaming.refused()
        link.endpointRefused()
        guard current == rule.wanted else { return }
        current = old.flatMap { end in paths.contains { $0.remote == end } ? end : nil }
        pathSwitch.cancel()
        avoid(rule.wanted, &step)
    }

    /// The guard still stands.
    package mutating func guardKept(_ step: inout Step) { if link.isAdded { roaming.stillStands(at: step.now) } }
}
