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
            // The plane goes on asking where it was. It may be somewhere else by now, and a host that has moved is still
            // reached through the tunnel.
            if membership?.tunnelAddress != nil { control.nextReturn = step.now + Self.reconnecting }
        }
    }

    /// How long the plane that was lost is waited for at the address that it had.
    static let reconnecting: Duration = .seconds(15)

    /// The control plane in this process listens: the host's card tells members where, inside the tunnel.
    mutating func controlServed(on port: UInt16, _ step: inout Step) {
        control.servedPort = port
        tellServedPort(&step)
    }

    mutating func tellServedPort(_ step: inout Step) {
        guard case .member = session, control.isReachable, let port = control.servedPort, var newer = membership,
            newer.servesItself, newer.ownCard.servedPort != port
        else { return }
        // A card that can't be made leaves the one that stands; members then have the invite's addresses alone.
        guard (try? newer.renewCard(ipv4: newer.ownCard.ipv4, servedPort: port)) != nil else { return }
        membership = newer
        step.store(.card(newer.id, newer.ownCard.bytes))
        step.request(.updatePeer(PeerUpdate(card: newer.ownCard.bytes)))
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
