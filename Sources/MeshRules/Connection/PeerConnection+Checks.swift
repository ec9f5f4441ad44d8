package import MeshWire

/// Pings and pongs: how paths are proven.
extension PeerConnection {
    /// A check of this peer that arrived from `source`, or through the control plane (`source` nil).
    /// - Returns: The check, for what it says of the roster.
    package mutating func received(
        _ datagram: Span<UInt8>, from source: Endpoint?, _ context: PairContext, _ step: inout Step
    ) throws(Refusal) -> Check {
        let check = try session.open(datagram)
        if source != nil { lastHeard = step.now }
        switch (check.type, source) {
        case (.candidates, _): candidatesReceived(check, context, &step)
        case (.ping, let source?): pingReceived(check, from: source, context, &step)
        case (.pong, let source?): pongReceived(check, from: source, context, &step)
        case (.switchPath, let source?): switchReceived(check, from: source, context, &step)
        case (.switchAck, .some): switchAcknowledged(check, context, &step)
        default: break
        }
        return check
    }

    private mutating func pingReceived(
        _ check: Check, from source: Endpoint, _ context: PairContext, _ step: inout Step
    ) {
        guard let index = addPath(source, context) else { return }
        let pong = CheckMessage(.pong, flags: link.flags, transaction: check.transaction, observed: source)
        answer(pong, to: source, context, &step)
        // A ping proves nothing to us: one of ours follows on the same path.
        if !paths[index].isUsable(at: step.now) { paths[index].triggerCheck(at: step.now) }
        // A recorded ping tells how the peer stood once, and may be older than this run of ours.
        if session.isFresh(check) { flagsHeard(check.flags, context, &step) }
    }

    private mutating func pongReceived(
        _ check: Check, from source: Endpoint, _ context: PairContext, _ step: inout Step
    ) {
        let threshold = context.configuration.degradedThreshold
        guard let index = paths.firstIndex(where: { $0.remote == source }),
            case let wasFast = paths[index].roundTrip.map({ $0 <= threshold }) ?? true,
            let sample = paths[index].ponged(check.transaction, observed: check.observed, at: step.now)
        else { return }
        budget.proved(source, at: step.now)
        paths[index].nextPing = pace(of: index, context, step).map { step.now + $0 }
        if source == current, wasFast, sample > threshold {
            suspiciousUntil = step.now + Self.suspicion
        }
        takeTurn(link.pathProven(at: step.now), context, &step)
        flagsHeard(check.flags, context, &step)
        if let owed = owedAck, owed.path == source {
            owedAck = nil
            move(to: source, context, &step)
            answer(CheckMessage(.switchAck, transaction: owed.transaction), to: owed.answerTo, context, &step)
        }
        reselect(context, &step)
    }

    private mutating func flagsHeard(_ flags: UInt8, _ context: PairContext, _ step: inout Step) {
        // The peer has seen the handshake that we wait for: WireGuard need not be asked only at the next second.
        if link.isAdded && !link.hasHandshake && flags & 3 == 1, budget.samples.take(at: step.now) {
            step.effect(.sampleWireGuard)
        }
        takeTurn(link.heard(flags: flags, at: step.now), context, &step)
    }

    /// Pings whose time has come. Where the budget is short, the path with the fewest pings goes first.
    mutating func sendDuePings(_ context: PairContext, _ step: inout Step) {
        let now = step.now
        let due = paths.indices.filter { paths[$0].nextPing.map { $0 <= now } ?? false }
            .sorted { (paths[$0].checksSent, $0) < (paths[$1].checksSent, $1) }
        for index in due {
            if paths[index].isTriggered, !mayAnswer(paths[index].remote, context, at: now) {
                paths[index].dropTriggeredCheck()
                guard paths[index].checksLeft > 0 else {
                    paths[index].nextPing = pace(of: index, context, step).map { now + $0 }
                    continue
                }
            }
            guard paths[index].isTriggered || mayCheck(paths[index].remote, context, at: now) else {
                paths[index].nextPing = budget.nextCheck(to: paths[index].remote)
                continue
            }
            ping(index, context, &step)
            paths[index].nextPing = pace(of: index, context, step).map { now + $0 }
        }
    }

    /// A relay has proven its address when it took us in.
    private mutating func mayCheck(_ end: Endpoint, _ context: PairContext, at now: Instant) -> Bool {
        context.relay(at: end)?.registered ?? false || budget.takeCheck(to: end, at: now)
    }

    private mutating func mayAnswer(_ end: Endpoint, _ context: PairContext, at now: Instant) -> Bool {
        context.relay(at: end)?.registered ?? false || budget.takeAnswer(to: end, at: now)
    }

    mutating func ping(_ index: Int, _ context: PairContext, _ step: inout Step) {
        let transaction = step.randomWord()
        paths[index].pinged(transaction, at: step.now)
        send(CheckMessage(.ping, flags: link.flags, transaction: transaction), to: paths[index].remote, context, &step)
    }

    /// Answers an authentic check where it came from, unless that has used up what unproven endpoints get.
    mutating func answer(_ message: CheckMessage, to end: Endpoint, _ context: PairContext, _ step: inout Step) {
        guard mayAnswer(end, context, at: step.now) else { return }
        send(message, to: end, context, &step)
    }

    mutating func send(_ message: CheckMessage, to end: Endpoint, _ context: PairContext, _ step: inout Step) {
        step.transmit(session.seal(message, roster: context.roster, &step), to: end)
    }

    /// How soon a path is pinged again; nil when it rests.
    func pace(of index: Int, _ context: PairContext, _ step: Step) -> Duration? {
        let path = paths[index]
        if path.samples.count < 3 || path.isSilent || path.provenAt == nil, path.checksLeft > 0 {
            return Self.burstPace
        }
        let isCurrent = path.remote == current
        if phase != .connected && phase != .degraded, path.provenAt != nil, !path.isSilent { return Self.slowBurstPace }
        if isCurrent {
            if step.now < suspiciousUntil {
                // Where answers get lost all the time more questions must show that none comes any more.
                return path.misses > 0 && path.isLossy ? Self.burstPace : Self.suspiciousPace
            }
            if link.isActive { return Self.activePace }
        }
        // Of an idle pair only the chooser pings; its pongs keep the other end's hole open as well.
        guard link.isChooser, isCurrent || isWarm(index, at: step.now) else { return nil }
        return Self.warmPace
    }

    /// The best direct path and the best through a relay are kept warm, and the pinned one.
    private func isWarm(_ index: Int, at now: Instant) -> Bool {
        let path = paths[index]
        guard path.provenAt != nil else { return false }
        if let pin, path.relay == pin.relayID { return true }
        let alike = paths.filter { $0.kind == path.kind && $0.provenAt != nil && !$0.isSilent }
        return alike.min(by: PathSelector.precedes)?.remote == path.remote
    }
}
