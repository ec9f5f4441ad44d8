import MeshWire

/// Which path carries the pair, and how it is changed (DESIGN.md §3): guard first, then the endpoint.
extension PeerConnection {
    mutating func countMisses(_ context: PairContext, _ step: inout Step) {
        var missed = 0
        for index in paths.indices {
            let count = paths[index].countMisses(at: step.now)
            if paths[index].remote == current { missed = count }
        }
        guard missed > 0, let path = currentPath else { return }
        suspiciousUntil = step.now + Self.suspicion
        if let relay = path.relay, path.misses == missed { requests.append(.hello(relay: relay)) }
        for index in paths.indices {
            let proven = paths[index].provenAt != nil
            let resting = paths[index].nextPing.map { $0 > step.now + Self.suspiciousPace } ?? true
            if proven && resting && (!paths[index].isSilent || paths[index].remote == current) {
                paths[index].nextPing = step.now
            }
        }
        if path.isSilent { reselect(context, &step) }
    }

    /// Looks again which path is best, and begins what follows from it.
    package mutating func reselect(_ context: PairContext, _ step: inout Step) {
        guard link.isAdded else { return }
        let silent = currentPath.map(\.isSilent) ?? true
        let pinned = link.isChooser ? ownPin ?? peerPin : ownPin
        guard let wanted = plan(pinned: pinned, context, step).endpoint else {
            if silent, current != nil { pathLost(context, &step) }
            return
        }
        guard wanted != current else { return settled(context, &step) }
        if !link.isChooser && current == nil { return }
        if silent {
            move(to: wanted, context, &step)
            if link.isChooser { beginSwitch(wanted, &step) }
        } else if link.isChooser {
            guard link.hasHandshake else { return }
            beginSwitch(wanted, &step)
        } else if owesRelease, step.now >= wishAfter {
            wishAfter = step.now + .seconds(5)
            tellPin(&step)
        } else if let ownPin, peerPin == nil, path(to: wanted)?.relay == ownPin, step.now >= wishAfter {
            wishAfter = step.now + .seconds(5)
            pathSwitch.begin(wanted, flags: 1, transaction: step.randomWord(), at: step.now)
        }
    }

    /// What the coordinator says of the pair as it stands.
    func plan(pinned: Bytes8?, _ context: PairContext, _ step: Step) -> ConnectionCoordinator.Plan {
        ConnectionCoordinator.coordinateConnection(
            own: context.ownNAT, peer: nat.type, paths: paths, current: current, pinned: pinned,
            mobility(at: step.now), at: step.now)
    }

    private func mobility(at now: Instant) -> PathSelector.Mobility {
        guard budget.improvements.isAvailable(at: now) else { return .staying }
        return now < choosingUntil ? .choosing : .settled
    }

    private func path(to end: Endpoint) -> Path? { paths.first { $0.remote == end } }

    private mutating func beginSwitch(_ wanted: Endpoint, _ step: inout Step) {
        let relay = paths.first { $0.remote == wanted }?.relay
        if let relay { requests.append(.hello(relay: relay)) }
        let isPinned = relay != nil && relay == ownPin
        pathSwitch.begin(
            wanted, flags: isPinned ? 1 : owesRelease ? 2 : 0, transaction: step.randomWord(), at: step.now)
    }

    mutating func askSwitch(_ transaction: UInt64, _ context: PairContext, _ step: inout Step) {
        guard let wanted = pathSwitch.wanted, let path = paths.first(where: { $0.remote == wanted }) else {
            return pathSwitch.cancel()
        }
        // The HELLO that tells the relay of a new handshake may still be under way: the next question is soon enough.
        if link.isChooser, let relay = context.relay(at: wanted), !relay.knows(indexes) { return }
        let message = CheckMessage(
            .switchPath, flags: pathSwitch.flags, transaction: transaction, observed: path.observed)
        send(message, to: wanted, context, &step)
    }

    mutating func avoid(_ end: Endpoint, _ step: inout Step) {
        guard end != current, let index = paths.firstIndex(where: { $0.remote == end }) else { return }
        paths[index].avoidUntil = step.now + .seconds(5)
    }

    mutating func switchReceived(_ check: Check, from source: Endpoint, _ context: PairContext, _ step: inout Step) {
        // Where we shall send is what the peer says, sealed; where its question came from is what the network says.
        let wanted = check.observed ?? source
        let newPin = check.flags & 1 != 0 ? context.relay(at: wanted)?.id : check.flags & 2 != 0 ? nil : peerPin
        if link.isChooser {
            // From the end that does not choose it is a wish, which moves the pair where it changes the pin.
            guard newPin == peerPin || budget.moves.take(at: step.now) else { return }
            takePin(newPin)
            answer(CheckMessage(.switchAck, transaction: check.transaction), to: source, context, &step)
            return reselect(context, &step)
        }
        guard let index = addPath(wanted, context) else { return }
        // The question is repeated until it is answered: the newest moves the pair when a move is free again.
        guard link.isAdded, paths[index].isUsable(at: step.now) else {
            if owedAck?.transaction != check.transaction, budget.moves.take(at: step.now) {
                takePin(newPin)
                owedAck = OwedAck(
                    path: wanted, answerTo: source, transaction: check.transaction, until: step.now + .seconds(1))
                paths[index].beginTry(at: step.now)
            }
            return
        }
        guard context.relay(at: wanted)?.knows(indexes) ?? true, budget.moves.take(at: step.now) else { return }
        takePin(newPin)
        // Roaming may have moved WireGuard unseen since it was last asked: the endpoint is set even where it seems to be.
        if wanted == current, link.endpoint == wanted { step.effect(.setEndpoint(wanted, of: member.card.wg)) }
        move(to: wanted, context, &step)
        answer(CheckMessage(.switchAck, transaction: check.transaction), to: source, context, &step)
    }

    /// What the peer's SWITCH says of a person's choice there.
    private mutating func takePin(_ pin: Bytes8?) {
        if peerPin != nil, pin == nil { budget.improvements = PeerBudget.fullImprovements }
        peerPin = pin
    }

    mutating func switchAcknowledged(_ check: Check, _ context: PairContext, _ step: inout Step) {
        let flags = pathSwitch.flags
        guard let wanted = pathSwitch.acknowledged(check.transaction) else { return }
        if flags & 2 != 0 { owesRelease = false }
        guard link.isChooser else { return }
        guard check.flags & 1 == 0 else { return avoid(wanted, &step) }
        move(to: wanted, context, &step)
    }

    /// This end of the pair moves. The guard is in force before WireGuard's endpoint changes.
    mutating func move(to wanted: Endpoint, _ context: PairContext, _ step: inout Step) {
        guard link.isAdded, wanted != current || wanted != link.endpoint else { return }
        if let old = link.endpoint, old != WireGuardPeer.dead, old != wanted {
            // From a dead path nothing comes late: it is left though there be no guard.
            if !guardsRefused || !(currentPath?.isSilent ?? true) {
                roaming.moved(from: old, to: wanted, at: step.now)
                step.effect(.guardRoaming(guardRule(wanted)))
            }
        }
        step.effect(.setEndpoint(wanted, of: member.card.wg))
        link.endpointSet(wanted)
        adopt(wanted, context, &step)
    }

    func guardRule(_ wanted: Endpoint) -> RoamingGuardRule {
        RoamingGuardRule(peer: member.card.wg, indexes: indexes.all, left: roaming.left, wanted: wanted)
    }

    /// The pair is on this path now.
    mutating func adopt(_ end: Endpoint, _ context: PairContext, _ step: inout Step) {
        guard end != current, let index = addPath(end, context) else { return }
        if current != nil { budget.improvements.take(at: step.now) }
        current = end
        // What was measured on the path before says nothing of this one; by then the other end has moved as well.
        nextEcho = nextEcho.map { min($0, step.now + context.configuration.watchedMonitoring) }
        if paths[index].provenAt == nil { paths[index].beginTry(at: step.now) }
        paths[index].nextPing = step.now
        nextDirectTry = paths[index].relay == nil ? nil : step.now + context.configuration.retry
        if ownPin != nil, paths[index].relay != ownPin { nextPinTry = nextPinTry ?? step.now + Self.warmPace }
        if let relay = paths[index].relay {
            requests.append(.hello(relay: relay))
        } else {
            rememberedPath = end
            recordPathIfDue(&step)
        }
        if phase == .connected {
            step.event(.info, name, "now \(words(for: paths[index], context))")
        }
        settled(context, &step)
    }

    /// Where the peer was last reached directly outlives the node. A pair that moves to and fro costs a write a minute.
    mutating func recordPathIfDue(_ step: inout Step) {
        guard owesRecord, let rememberedPath, budget.records.take(at: step.now) else { return }
        budget.recorded = rememberedPath
        step.store(.lastPath(id, rememberedPath))
    }

    var owesRecord: Bool { rememberedPath != nil && rememberedPath != budget.recorded }

    func words(for path: Path, _ context: PairContext) -> String {
        path.relay == nil ? "direct at \(path.remote)" : "through relay \(context.region(path.relay))"
    }

    /// The pair is connected when WireGuard has had its handshake and the path answers.
    mutating func settled(_ context: PairContext, _ step: inout Step) {
        guard link.hasHandshake, let path = currentPath, !path.isSilent else { return }
        (attempts, failedAt, lastError, nextAttempt) = (0, nil, nil, nil)
        if nextEcho == nil { nextEcho = step.now }
        if phase != .degraded { enter(.connected, &step, "connected, \(words(for: path, context))") }
    }
}
