import MeshWire

/// The pairs of this machine: what each is given, and what each asks for.
extension Node {
    mutating func pairContext() -> PairContext {
        guard let membership else { preconditionFailure("a pair without a membership") }
        return surroundings ?? look(membership)
    }

    /// Puts together what all pairs are given, after something of it has changed.
    private mutating func look(_ membership: Membership) -> PairContext {
        let contacts = relays.map { relay in
            PairContext.RelayContact(
                id: relay.info.id, endpoint: relay.endpoint, endpoints: relay.info.endpoints,
                region: relay.info.region, registered: relay.stands, draining: relay.isDraining,
                confirmed: relay.confirmed)
        }
        if areNamesStale {
            for index in peers.indices { peers.rename(at: index, membership.displayName(of: peers[index].id)) }
            areNamesStale = false
        }
        let fresh = PairContext(
            roster: membership.roster, relays: contacts, ownCandidates: ownCandidates, ownNAT: nat.status.type,
            watched: isWatched, configuration: configuration)
        surroundings = fresh
        return fresh
    }

    /// Where this machine can be reached.
    mutating func reach(_ membership: Membership) -> CandidateList {
        (surroundings ?? look(membership)).ownCandidates
    }

    mutating func withPeer(
        at index: Int, _ step: inout Step, _ body: (inout PeerConnection, PairContext, inout Step) -> Void
    ) {
        let context = pairContext()
        peers.update(at: index) { body(&$0, context, &step) }
    }

    mutating func withPeer(
        _ id: PeerID, _ step: inout Step, _ body: (inout PeerConnection, PairContext, inout Step) -> Void
    ) {
        guard let index = peers.firstIndex(where: { $0.id == id }) else { return }
        withPeer(at: index, &step, body)
    }

    /// A new member, or one whose card has changed.
    mutating func memberChanged(_ member: Member, _ step: inout Step) {
        guard let membership else { return }
        step.store(.card(member.id, member.card.bytes))
        var pin = pins[member.id]
        if let index = peers.firstIndex(where: { $0.id == member.id }) {
            pin = peers[index].ownPin
            let same = peers[index].member.card
            if same.wg == member.card.wg && same.ipv4 == member.card.ipv4 {
                peers.update(at: index) { $0.member = member }
                return
            }
            removePeer(member.id, &step)
        }
        guard let session = session(with: member, membership) else {
            return step.event(.error, membership.displayName(of: member.id), "its WireGuard key is not valid")
        }
        var peer = PeerConnection(
            member: member, session: session, isChooser: membership.wireGuard < member.card.wg,
            presharedKey: membership.keys.presharedKey(membership.wireGuard, member.card.wg),
            ownPin: pin, lastPath: lastPaths[member.id],
            budget: ended.budget(of: member.id) ?? PeerBudget(recorded: lastPaths[member.id]))
        peer.name = membership.displayName(of: member.id)
        withPeer(at: peers.insert(peer), &step) { $0.discover($1, &$2) }
    }

    private func session(with member: Member, _ membership: Membership) -> CheckSession? {
        if var ended = ended.session(with: member.id), ended.serves(own: membership.ownTag, peer: member.tag) {
            ended.goAbove(Sequence64(incarnation: incarnation))
            return ended
        }
        var fresh = try? CheckSession(membership: membership, peer: member, incarnation: incarnation)
        fresh?.goAbove(ended.floor)
        return fresh
    }

    mutating func removePeer(_ id: PeerID, _ step: inout Step) {
        guard let index = peers.firstIndex(where: { $0.id == id }) else { return }
        ended.add(peers[index])
        lastPaths[id] = peers[index].rememberedPath
        peers.update(at: index) { $0.removeFromWireGuard(&step) }
        peers.remove(at: index)
    }

    mutating func sampled(_ samples: [WireGuardSample], _ step: inout Step) {
        for sample in samples {
            guard let index = peers.firstIndex(where: { $0.member.card.wg == sample.publicKey }) else { continue }
            let rows = peers[index].indexes.rows
            withPeer(at: index, &step) { $0.sampled(sample, $1, &$2) }
            if peers[index].indexes.rows != rows { announceEverywhere(&step) }
        }
        reconcile(samples, &step)
    }

    /// WireGuard may lack a peer that it was given (it was removed by hand, or a restart went wrong), or have one that it
    /// was to forget.
    private mutating func reconcile(_ samples: [WireGuardSample], _ step: inout Step) {
        for index in peers.indices where peers[index].link.isAdded {
            let key = peers[index].member.card.wg
            guard !samples.contains(where: { $0.publicKey == key }) else { continue }
            withPeer(at: index, &step) { $0.peerRefused("WireGuard has lost the peer: it is added again", &$2) }
        }
        let needless = samples.map(\.publicKey).filter { key in
            !peers.contains { $0.member.card.wg == key && $0.link.isAdded }
        }
        guard !needless.isEmpty, step.now >= nextRemoval else { return }
        nextRemoval = step.now + .seconds(5)
        for key in needless { step.effect(.removePeer(key)) }
    }

    mutating func handshakeSent(_ handshake: HandshakeSent, _ step: inout Step) {
        guard let index = peers.firstIndex(where: { $0.member.card.wg == handshake.peer }) else { return }
        withPeer(at: index, &step) { $0.handshakeSent(handshake, $1, &$2) }
        announceEverywhere(&step)
    }

    private mutating func announceEverywhere(_ step: inout Step) {
        let rows = rows
        for index in relays.indices { relays[index].announce(rows, &step) }
    }

    /// After each input: what the pairs asked for.
    mutating func carryOutRequests(_ step: inout Step) {
        forgetThoseWhoLeft(&step)
        var hellos: [Int] = []
        var left: [AddressedCheck] = []
        for index in peers.changed {
            for request in peers.update(at: index, { $0.takeRequests() }) {
                switch request {
                case .hello(let wanted):
                    for relay in relays.indices where wanted == nil || relays[relay].info.id == wanted {
                        if !hellos.contains(relay) { hellos.append(relay) }
                    }
                case .signal(let check): signal(check, to: peers[index].id, &step)
                case .leave(let check):
                    if control.isReachable {
                        left.append(AddressedCheck(peer: peers[index].id, check: check))
                    } else {
                        signal(check, to: peers[index].id, &step)
                    }
                }
            }
        }
        tellControl(leaving: left, &step)
        guard !hellos.isEmpty else { return }
        let rows = rows
        for relay in hellos.sorted() { relays[relay].announce(rows, &step) }
    }

    /// Through the control plane, or through every relay while that is away.
    private func signal(_ check: [UInt8], to peer: PeerID, _ step: inout Step) {
        if control.isReachable { return step.request(.signal(to: peer, check: check)) }
        for relay in relays where relay.isRegistered(at: step.now) { step.transmit(check, to: relay.endpoint) }
    }
}
