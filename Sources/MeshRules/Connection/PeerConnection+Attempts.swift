package import MeshWire

/// Beginning, beginning again, and giving up for a while.
extension PeerConnection {
    /// The peer is known: ask where it is.
    package mutating func discover(_ context: PairContext, _ step: inout Step) {
        nextAttempt = step.now + context.configuration.reconnectSpacing
        if let rememberedPath { addPath(rememberedPath, context) }
        for relay in context.relays where relay.registered { addPath(relay.endpoint, context) }
        NATTraversal.attemptHolePunch(&paths, at: step.now)
        sendCandidates(asking: true, leaving: true, context, &step)
    }

    mutating func startChecking(_ context: PairContext, _ step: inout Step) {
        let strategy = plan(pinned: nil, context, step).strategy
        enter(.checking, &step, "checking paths (\(context.ownNAT) ↔ \(nat.type): \(strategy.rawValue))")
        nextAttempt = step.now + context.configuration.reconnectSpacing
    }

    /// Something about this machine's own reach changed: its network, a relay, its mapping.
    /// - Parameter isNew: New addresses, not merely another NAT type: paths are tried anew.
    package mutating func reachChanged(isNew: Bool, _ context: PairContext, _ step: inout Step) {
        for relay in context.relays where relay.registered { addPath(relay.endpoint, context) }
        if isNew { NATTraversal.attemptHolePunch(&paths, at: step.now) }
        sendCandidates(asking: false, leaving: true, context, &step)
    }

    /// The machine's own addresses changed. A path loses its proof with the address that it came in by, and no other way:
    /// an interface of a container that goes says nothing of it. All are asked at once.
    /// - Parameter gone: Addresses that the machine has no longer.
    package mutating func networkChanged(gone: [IPAddress], _ step: inout Step) {
        for index in paths.indices where paths[index].local.map(gone.contains) ?? !gone.isEmpty {
            paths[index].doubt()
        }
        NATTraversal.attemptHolePunch(&paths, at: step.now)
    }

    /// No path answers any more.
    mutating func pathLost(_ context: PairContext, _ step: inout Step) {
        guard phase == .connected || phase == .degraded else { return }
        lastError = "no path answers"
        enter(.reconnecting, &step, "connection lost, no path answers")
        attempts = 0
        nextAttempt = step.now
    }

    mutating func attemptIfDue(_ context: PairContext, _ step: inout Step) {
        guard let due = nextAttempt, due <= step.now else { return }
        let configuration = context.configuration
        if phase == .connected || phase == .degraded {
            nextAttempt = nil
            return
        }
        if phase == .failed || attempts >= configuration.reconnectAttempts {
            if phase != .failed {
                // Candidates that lead nowhere begin new checks and end here again: the clean-up counts from the first.
                failedAt = failedAt ?? step.now
                lastError = lastError ?? "no path was found"
                enter(
                    .failed, &step,
                    "no path was found; trying again each \(configuration.retry.components.seconds) s")
            }
            cleanUpIfDue(context, &step)
            nextAttempt = step.now + configuration.retry
        } else {
            attempts += 1
            nextAttempt = step.now + configuration.reconnectSpacing
        }
        requests.append(.hello(relay: nil))
        for relay in context.relays where relay.registered { addPath(relay.endpoint, context) }
        NATTraversal.attemptHolePunch(&paths, at: step.now)
        sendCandidates(asking: true, context, &step)
    }

    /// After five minutes without a path WireGuard forgets the peer; the tries go on.
    private mutating func cleanUpIfDue(_ context: PairContext, _ step: inout Step) {
        guard let failedAt, link.isAdded, step.now - failedAt >= context.configuration.cleanUp else { return }
        removeFromWireGuard(&step)
        step.event(.info, name, "removed from WireGuard until a path is found")
    }

    /// The pair ends, or is cleaned up.
    package mutating func removeFromWireGuard(_ step: inout Step) {
        if roaming.standing { step.effect(.endGuard(member.card.wg)) }
        if link.isAdded { step.effect(.removePeer(member.card.wg)) }
        roaming.reset()
        pathSwitch.cancel()
        link.removed()
        current = nil
        latency = nil
    }

    /// A relayed pair tries the direct path again and again, even where the matrix has little hope.
    mutating func tryDirectIfDue(_ context: PairContext, _ step: inout Step) {
        guard let due = nextDirectTry, due <= step.now else { return }
        guard currentPath?.relay != nil else {
            nextDirectTry = nil
            return
        }
        nextDirectTry = step.now + context.configuration.retry
        guard !paths.contains(where: { $0.relay == nil && $0.isUsable(at: step.now) }) else { return }
        for index in paths.indices where paths[index].relay == nil { paths[index].beginTry(at: step.now) }
        if link.isChooser { sendCandidates(asking: true, context, &step) }
    }

    /// Relays came or went, or one is about to stop, or stays after all.
    package mutating func relaysChanged(_ context: PairContext, _ step: inout Step) {
        for index in paths.indices {
            let relay = context.relay(at: paths[index].remote)
            // A peer may have asked through it before we were told that there is a relay at that address.
            paths[index].relay = paths[index].relay ?? relay?.id
            paths[index].isDraining = relay?.draining ?? false
        }
        if let end = rememberedPath, context.relay(at: end) != nil { rememberedPath = nil }
        if currentPath?.relay != nil, nextDirectTry == nil { nextDirectTry = step.now + context.configuration.retry }
        reselect(context, &step)
    }

    /// An authentic check came by this address of ours.
    mutating func cameIn(from remote: Endpoint, at local: IPAddress) {
        guard let index = paths.firstIndex(where: { $0.remote == remote }) else { return }
        paths[index].local = local
    }

    /// A relay took us in: it is one more way to every peer.
    package mutating func relayRegistered(_ context: PairContext, _ step: inout Step) {
        for relay in context.relays where relay.registered { tryRelay(relay, context, &step) }
    }

    /// Asks the way through a relay, unless it has answered of late.
    mutating func tryRelay(_ relay: PairContext.RelayContact, _ context: PairContext, _ step: inout Step) {
        guard let index = addPath(relay.endpoint, context) else { return }
        if !paths[index].isUsable(at: step.now) { paths[index].beginTry(at: step.now) }
    }

    /// The control plane says that the peer has left: its path is asked at once.
    package mutating func leaves(_ step: inout Step) {
        hasLeft = true
        suspiciousUntil = step.now + Self.suspicion
        if let current, let index = paths.firstIndex(where: { $0.remote == current }) {
            paths[index].nextPing = step.now
        }
    }

    /// What the control plane says of the peer, apart from its card.
    package mutating func told(_ info: PeerInfo, _ context: PairContext, _ step: inout Step) {
        hasLeft = false
        if info.nat.type != .unknown { nat = info.nat }
        guard info.away != isAway else { return }
        isAway = info.away
        step.event(.info, name, isAway ? "away: silent for five minutes" : "is back")
        if !isAway && phase == .failed { nextAttempt = step.now }
    }
}
