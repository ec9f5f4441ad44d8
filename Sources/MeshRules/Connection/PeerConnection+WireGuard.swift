package import MeshWire

/// WireGuard's peer: when it is added, what it says, and where roaming has brought it.
extension PeerConnection {
    mutating func takeTurn(_ turn: WireGuardLink.Turn, _ context: PairContext, _ step: inout Step) {
        guard turn != .nothing else { return }
        let pinned = ownPin ?? peerPin
        var end = WireGuardPeer.dead
        if link.isChooser {
            guard let best = plan(pinned: pinned, context, step).endpoint else { return link.postponed() }
            end = best
        }
        if roaming.standing { step.effect(.endGuard(member.card.wg)) }
        roaming.reset()
        if turn == .addAgain { step.effect(.removePeer(member.card.wg)) }
        step.effect(
            .addPeer(
                WireGuardPeer(
                    publicKey: member.card.wg, presharedKey: presharedKey, endpoint: end,
                    allowedIP: member.address, keepalive: link.isChooser ? context.configuration.keepalive : nil)))
        if turn != .addAgain { step.event(.info, name, "a path answers: WireGuard begins") }
        link.added(endpoint: end, at: step.now)
        handshakes = HandshakeClock()
        choosingUntil = step.now + Self.choosing
        if link.isChooser {
            current = nil
            adopt(end, context, &step)
        }
        // The other end waits for our flag: it is told on every path at once.
        for index in paths.indices where paths[index].provenAt != nil { paths[index].nextPing = step.now }
    }

    /// A relay says that another machine holds one of our indexes: WireGuard gets new ones, if the pair needs this relay,
    /// and not at a relay's whim again and again. The other end's flag then makes the chooser begin.
    package mutating func rekey(because relay: Bytes8, _ context: PairContext, _ step: inout Step) {
        guard link.isAdded, currentPath.map({ $0.relay == relay }) ?? true, step.now >= rekeyAfter else { return }
        rekeyAfter = step.now + .seconds(30)
        takeTurn(.addAgain, context, &step)
    }

    /// WireGuard's process was started anew with the same peers: it has no session any more.
    package mutating func wireGuardRestarted(_ step: inout Step) {
        guard link.isAdded, var endpoint = link.endpoint else { return }
        if !link.isChooser {
            // It must not begin a handshake, as when it was added.
            endpoint = WireGuardPeer.dead
            step.effect(.setEndpoint(endpoint, of: member.card.wg))
        }
        link.added(endpoint: endpoint, at: step.now)
        // Our flags make the chooser begin, whichever end has restarted: they are told at once.
        for index in paths.indices where paths[index].provenAt != nil { paths[index].nextPing = step.now }
    }

    /// A handshake of ours to this peer left.
    package mutating func handshakeSent(_ handshake: HandshakeSent, _ context: PairContext, _ step: inout Step) {
        indexes.sent(handshake, at: step.now)
        if budget.samples.take(at: step.now) { step.effect(.sampleWireGuard) }
        if link.sent(handshake.kind, at: step.now) {
            step.effect(.setEndpoint(WireGuardPeer.dead, of: member.card.wg))
            link.endpointSet(WireGuardPeer.dead)
            return
        }
        guard roaming.standing, let current, budget.guards.take(at: step.now) else { return }
        // The pair is in motion: new indexes join the guard, and an old initiation must not have moved the endpoint.
        step.effect(.guardRoaming(guardRule(current)))
        if handshake.kind == .response { step.effect(.setEndpoint(current, of: member.card.wg)) }
    }

    /// WireGuard was asked: handshakes, counters, and where roaming has brought it.
    package mutating func sampled(_ sample: WireGuardSample, _ context: PairContext, _ step: inout Step) {
        var sample = sample
        sample.handshakeAge = handshakes.age(sample, at: step.now)
        if let age = sample.handshakeAge { indexes.handshakeCompleted(age: age, at: step.now) }
        let had = link.hasHandshake
        let (wasActive, lastAge) = (link.isActive, link.handshakeAge)
        let roamed = link.sampled(sample, at: step.now)
        if roaming.sampled(hits: sample.guardHits, at: step.now) { step.effect(.endGuard(member.card.wg)) }
        if roamed, let end = sample.endpoint, end != WireGuardPeer.dead, end != current {
            roamedTo(end, context, &step)
        }
        if link.isChooser, let age = link.handshakeAge, lastAge.map({ age < $0 }) ?? false {
            // The other end uses new keys once a packet has come with them, and after handshakes that have crossed its
            // old ones may be worth nothing. WireGuard sends one packet for that, which may be lost.
            nextEcho = nextEcho.map { min($0, step.now) }
        }
        if link.hasHandshake && !had {
            reselect(context, &step)
            // After a restart the other end does not know of a pin that was kept.
            if ownPin != nil { tellPin(&step) }
        }
        if link.isActive && !wasActive, let current, let index = paths.firstIndex(where: { $0.remote == current }) {
            paths[index].nextPing = step.now
        }
        settled(context, &step)
    }

    /// WireGuard follows its last authentic packet. A late one from a path just left is undone; a new address is the
    /// right one (a NAT that was restarted): it is kept, checked at once and adopted.
    private mutating func roamedTo(_ end: Endpoint, _ context: PairContext, _ step: inout Step) {
        if let current, roaming.hasJustLeft(end, at: step.now) || addPath(end, context) == nil {
            step.effect(.setEndpoint(current, of: member.card.wg))
            link.endpointSet(current)
        } else {
            adopt(end, context, &step)
        }
    }

    /// The answer to an echo through the tunnel.
    package mutating func echoed(_ roundTrip: Duration?, _ context: PairContext, _ step: inout Step) {
        history.append(roundTrip?.milliseconds)
        if history.count > Self.historyLength { history.removeFirst(history.count - Self.historyLength) }
        guard let roundTrip else {
            if let current, let index = paths.firstIndex(where: { $0.remote == current }) {
                paths[index].nextPing = step.now
            }
            return
        }
        latency = roundTrip
        let threshold = context.configuration.degradedThreshold
        let wasSlow = isSlow
        isSlow = roundTrip > threshold
        if phase == .connected && isSlow {
            // One may have waited for a handshake: the next says whether it was the path.
            guard wasSlow else { return nextEcho = step.now + context.configuration.watchedMonitoring }
            enter(.degraded, &step, "slow: \(Int(roundTrip.milliseconds)) ms")
        } else if phase == .degraded && roundTrip <= threshold * 9 / 10 {
            enter(.connected, &step, "fast again: \(Int(roundTrip.milliseconds)) ms")
        }
    }

    mutating func echoIfDue(_ context: PairContext, _ step: inout Step) {
        guard let due = nextEcho, due <= step.now else { return }
        let connected = phase == .connected || phase == .degraded
        nextEcho =
            connected
            ? step.now + (context.watched ? context.configuration.watchedMonitoring : context.configuration.monitoring)
            : nil
        if connected { step.effect(.echo(id, member.address)) }
    }
}
