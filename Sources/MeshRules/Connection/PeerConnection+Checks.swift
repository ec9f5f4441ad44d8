package import MeshWire

/// Pings, pongs and candidates: how paths are found and proven.
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

    /// Tells the peer where we are.
    /// - Parameters:
    ///   - asking: For its own list.
    ///   - leaving: The control plane keeps it, for a peer that comes later.
    package mutating func sendCandidates(
        asking: Bool, leaving: Bool = false, _ context: PairContext, _ step: inout Step
    ) {
        let message = CheckMessage(
            .candidates, flags: asking ? 1 : 0, transaction: step.randomWord(), fields: context.ownCandidates.fields)
        let datagram = session.seal(message, roster: context.roster, &step)
        requests.append(leaving ? .leave(datagram) : .signal(datagram))
        if let path = currentPath, !path.isSilent { step.transmit(datagram, to: path.remote) }
    }

    private mutating func candidatesReceived(_ check: Check, _ context: PairContext, _ step: inout Step) {
        // The same list comes through the control plane and on the path: it counts once.
        guard check.counter != candidatesCounter, let list = try? CandidateList(fields: check.ext) else { return }
        candidatesCounter = check.counter
        let isNews = list.candidates != candidates
        candidates = list.candidates
        nat = PeerNAT(
            type: NATType(rawValue: list.nat) ?? .unknown, mapping: NATBehaviour(rawValue: list.mapping) ?? .unknown,
            filtering: NATBehaviour(rawValue: list.filtering) ?? .unknown)
        var wanted: [Endpoint] = []
        for candidate in list.candidates {
            if candidate.kind == .relay {
                if let relay = context.relay(at: candidate.endpoint) { wanted.append(relay.endpoint) }
            } else if isAllowed(candidate.endpoint, context) {
                wanted.append(candidate.endpoint)
            }
        }
        if let rememberedPath, isAllowed(rememberedPath, context) { wanted.append(rememberedPath) }
        // What is no longer a candidate goes, unless it has proven itself: a peer-reflexive address never was one.
        paths.removeAll { !wanted.contains($0.remote) && $0.provenAt == nil && $0.remote != current }
        for end in wanted { addPath(end, context) }
        if phase == .discovering || phase == .failed && isNews { startChecking(context, &step) }
        NATTraversal.attemptHolePunch(&paths, at: step.now)
        if check.flags & 1 != 0 { sendCandidates(asking: false, context, &step) }
    }

    /// Never to an address that cannot be a peer's: loopback, multicast, or inside the tunnel itself.
    private func isAllowed(_ end: Endpoint, _ context: PairContext) -> Bool {
        end.port != 0 && end.address.isReachable && end.address.v4 != nil
            && !context.roster.network.contains(end.address)
            && !(context.relay(at: end)?.registered ?? false)
    }

    /// The path to this endpoint, a new one where there was none.
    /// - Returns: Nil for an endpoint that cannot be a way to a peer.
    @discardableResult
    mutating func addPath(_ end: Endpoint, _ context: PairContext) -> Int? {
        if let index = paths.firstIndex(where: { $0.remote == end }) { return index }
        guard context.relay(at: end) != nil || isAllowed(end, context) else { return nil }
        if paths.count >= Self.mostPaths {
            // A peer that shows ever new addresses costs us the oldest, never the one in use or a relay.
            let idle = paths.indices.filter { paths[$0].remote != current && paths[$0].relay == nil }
            guard let oldest = idle.min(by: { paths[$0].provenAt ?? Instant() < paths[$1].provenAt ?? Instant() })
            else {
                return nil
            }
            paths.remove(at: oldest)
        }
        let relay = context.relay(at: end)
        var path = Path(remote: end, relay: relay?.id)
        path.isDraining = relay?.draining ?? false
        let index = paths.firstIndex { $0.remote > end } ?? paths.endIndex
        paths.insert(path, at: index)
        return index
    }

    private mutating func pingReceived(
        _ check: Check, from source: Endpoint, _ context: PairContext, _ step: inout Step
    ) {
        guard let index = addPath(source, context) else { return }
        let pong = CheckMessage(.pong, flags: link.flags, transaction: check.transaction, observed: source)
        send(pong, to: source, context, &step)
        // A ping proves nothing to us: one of ours follows on the same path (RFC 8445 §7.3.1.4).
        if !paths[index].isUsable(at: step.now) { paths[index].answerPing(at: step.now) }
        flagsHeard(check.flags, context, &step)
    }

    private mutating func pongReceived(
        _ check: Check, from source: Endpoint, _ context: PairContext, _ step: inout Step
    ) {
        let threshold = context.configuration.degradedThreshold
        guard let index = paths.firstIndex(where: { $0.remote == source }),
            case let wasFast = paths[index].roundTrip.map({ $0 <= threshold }) ?? true,
            let sample = paths[index].ponged(check.transaction, observed: check.observed, at: step.now)
        else { return }
        paths[index].nextPing = pace(of: index, context, step).map { step.now + $0 }
        if source == current, wasFast, sample > threshold {
            suspiciousUntil = step.now + Self.suspicion
        }
        takeTurn(link.pathProven(at: step.now), context, &step)
        flagsHeard(check.flags, context, &step)
        if let owed = owedAck, owed.path == source {
            owedAck = nil
            move(to: source, context, &step)
            send(CheckMessage(.switchAck, transaction: owed.transaction), to: owed.answerTo, context, &step)
        }
        reselect(context, &step)
    }

    private mutating func flagsHeard(_ flags: UInt8, _ context: PairContext, _ step: inout Step) {
        // The peer has seen the handshake that we wait for: WireGuard need not be asked only at the next second.
        if link.isAdded && !link.hasHandshake && flags & 3 == 1 { step.effect(.sampleWireGuard) }
        takeTurn(link.heard(flags: flags, at: step.now), context, &step)
    }

    mutating func sendDuePings(_ context: PairContext, _ step: inout Step) {
        for index in paths.indices {
            guard let due = paths[index].nextPing, due <= step.now else { continue }
            ping(index, context, &step)
            paths[index].nextPing = pace(of: index, context, step).map { step.now + $0 }
        }
    }

    mutating func ping(_ index: Int, _ context: PairContext, _ step: inout Step) {
        let transaction = step.randomWord()
        paths[index].pinged(transaction, at: step.now)
        send(CheckMessage(.ping, flags: link.flags, transaction: transaction), to: paths[index].remote, context, &step)
    }

    mutating func send(_ message: CheckMessage, to end: Endpoint, _ context: PairContext, _ step: inout Step) {
        step.transmit(session.seal(message, roster: context.roster, &step), to: end)
    }

    /// How soon a path is pinged again; nil when it rests.
    func pace(of index: Int, _ context: PairContext, _ step: Step) -> Duration? {
        let path = paths[index]
        if path.samples.count < 3 || path.isSilent || path.provenAt == nil, path.tried < Path.checksPerTry {
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
