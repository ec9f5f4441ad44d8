import MeshWire

/// Whether the control plane answers, and when it is asked again.
extension Node {
    mutating func controlReachable(_ reachable: Bool, _ step: inout Step) {
        guard case .member = session else { return }
        if reachable && !control.isReachable {
            control.isReachable = true
            (control.nextReturn, control.problem) = (nil, nil)
            step.event(.info, "control", "control server reached")
            eventsMissed(&step)
        } else if !reachable && control.isReachable {
            control.isReachable = false
            step.event(.warning, "control", "control server lost; the peers stay connected")
        }
    }

    /// Something may have happened that nobody will tell again: everything is asked, and told, anew.
    mutating func eventsMissed(_ step: inout Step) {
        guard case .member = session else { return }
        for request in [ControlRequest.getParty, .getPeers, .relays] { step.request(request) }
        publication.forget()
    }

    mutating func controlTimedOut(_ step: inout Step) {
        if let due = control.nextHeartbeat, due <= step.now {
            control.nextHeartbeat = step.now + configuration.heartbeat
            if case .member = session { step.request(.heartbeat) }
            // A token for the relays lasts some days: a new one is fetched long before. Who was silent for a month is gone
            // from the list without a word.
            if control.relaysAskedAt.map({ step.now - $0 >= .seconds(86_400) }) ?? false {
                control.relaysAskedAt = step.now
                step.request(.relays)
                step.request(.getPeers)
            }
        }
        if let due = control.nextReturn, due <= step.now {
            control.nextReturn = nil
            if case .member = session, let membership {
                // Connecting itself may have failed: it is begun anew as well.
                step.effect(.useControl(membership.target, party: membership.party))
                rejoin(&step)
            }
        }
    }
}
