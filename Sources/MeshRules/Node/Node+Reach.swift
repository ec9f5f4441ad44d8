import MeshWire

/// Whether the control plane answers, and when it is asked again.
extension Node {
    mutating func controlReachable(_ reachable: Bool, _ step: inout Step) {
        guard case .member = session else { return }
        if reachable && !control.isReachable {
            // Events may have been missed.
            control.isReachable = true
            control.nextReturn = nil
            step.event(.info, "control", "control server reached")
            for request in [ControlRequest.getParty, .getPeers, .relays] { step.request(request) }
            publication.forget()
        } else if !reachable && control.isReachable {
            control.isReachable = false
            step.event(.warning, "control", "control server lost; the peers stay connected")
        }
    }

    mutating func controlTimedOut(_ step: inout Step) {
        if let due = control.nextHeartbeat, due <= step.now {
            control.nextHeartbeat = step.now + configuration.heartbeat
            if case .member = session { step.request(.heartbeat) }
            // A token for the relays lasts some days: a new one is fetched long before.
            if control.relaysAskedAt.map({ step.now - $0 >= .seconds(86_400) }) ?? false {
                control.relaysAskedAt = step.now
                step.request(.relays)
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

    mutating func effectFailed(_ effect: Effect, _ why: String, _ step: inout Step) {
        let subject =
            switch effect {
            case .store: "storage"
            case .useControl, .control: "control"
            default: "network"
            }
        step.event(.error, subject, why)
    }
}
