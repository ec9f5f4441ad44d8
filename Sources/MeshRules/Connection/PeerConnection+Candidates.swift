import MeshWire

/// Where each end says that it can be reached.
extension PeerConnection {
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

    /// A list of the peer: the newest is acted on when the budget allows it, those that it overtakes never are.
    mutating func candidatesReceived(_ check: Check, _ context: PairContext, _ step: inout Step) {
        // The same list comes through the control plane and on the path: it counts once.
        guard check.counter != candidatesCounter, let list = try? CandidateList(fields: check.ext) else { return }
        candidatesCounter = check.counter
        waitingList = list
        owesCandidates = owesCandidates || check.flags & 1 != 0
        actOnCandidatesIfDue(context, &step)
    }

    /// When a list that waits is acted on, or answered.
    var candidatesDeadline: Instant? {
        .earlier(
            waitingList == nil ? nil : budget.lists.nextToken, owesCandidates ? budget.answeredLists.nextToken : nil)
    }

    mutating func actOnCandidatesIfDue(_ context: PairContext, _ step: inout Step) {
        if let list = waitingList, budget.lists.take(at: step.now) {
            waitingList = nil
            act(on: list, context, &step)
        }
        if owesCandidates, budget.answeredLists.take(at: step.now) {
            owesCandidates = false
            sendCandidates(asking: false, context, &step)
        }
    }

    private mutating func act(on list: CandidateList, _ context: PairContext, _ step: inout Step) {
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
}
