import MeshWire

/// Hosting, joining, leaving, and coming back after a restart.
extension Node {
    mutating func perform(_ command: Command, _ step: inout Step) {
        switch command {
        case .host(let partyName, let memberName, let target, let wanted):
            begin(&step) { (node, step) throws(CommandRefusal) in
                try node.refuseOnlyHere(target)
                let flow = try HostFlow(
                    partyName: partyName, memberName: memberName, control: target,
                    network: try node.networkToHost(wanted), wireGuardPrivate: node.wireGuardPrivate,
                    incarnation: node.incarnation, started: node.configuration.started, step: &step)
                node.session = .hosting(flow)
                step.effect(.useControl(target, party: flow.party))
                step.request(flow.firstRequest)
            }
        case .join(let invite, let memberName, let agreed):
            begin(&step) { (node, step) throws(CommandRefusal) in
                let flow = try JoinFlow(
                    invite: invite, memberName: memberName, agreed: agreed,
                    wireGuardPrivate: node.wireGuardPrivate, incarnation: node.incarnation,
                    started: node.configuration.started)
                try node.refuseOnlyHere(flow.target)
                node.session = .joining(flow)
                step.effect(.useControl(flow.target, party: flow.party))
                step.request(flow.firstRequest)
            }
        case .leave: leave(&step)
        case .pinRelay(let peer, let relay):
            guard peers.contains(where: { $0.id == peer }) else { return step.answer(.refused(.unknownPeer)) }
            guard relays.contains(where: { $0.info.id == relay }) else { return step.answer(.refused(.unknownRelay)) }
            pins[peer] = relay
            withPeer(peer, &step) { $0.pin(relay, $1, &$2) }
            step.answer(overruling(relay, peer).map { .refused($0) } ?? .pinned)
        case .releaseRelay(let peer):
            guard peers.contains(where: { $0.id == peer }) else { return step.answer(.refused(.unknownPeer)) }
            pins[peer] = nil
            withPeer(peer, &step) { $0.pin(nil, $1, &$2) }
            step.answer(.released)
        }
    }

    /// Why a pin does nothing for now.
    private mutating func overruling(_ relay: Bytes8, _ peer: PeerID) -> CommandRefusal? {
        guard let pin = peers.first(where: { $0.id == peer })?.pin, pin.by == .peer, pin.relayID != relay else {
            return nil
        }
        return .overruled(relay: pairContext().region(pin.relayID))
    }

    /// A stranger's invite must not make this machine ask a service of its own, nor an own one name such a server.
    private func refuseOnlyHere(_ target: ControlTarget) throws(CommandRefusal) {
        if !configuration.allowsLoopback, let server = target.onlyHere { throw .onlyHere(server) }
    }

    private mutating func begin(
        _ step: inout Step, _ body: (inout Node, inout Step) throws(CommandRefusal) -> Void
    ) {
        do throws(CommandRefusal) {
            if let membership { throw .alreadyIn(partyName: membership.roster.name) }
            guard case .idle = session else { throw .busy }
            try body(&self, &step)
        } catch {
            step.answer(.refused(error))
        }
    }

    /// A host or a join did not work out.
    mutating func abandon(_ refusal: CommandRefusal, party: PartyID, _ step: inout Step) {
        session = .idle
        step.effect(.useControl(nil, party: party))
        step.answer(.refused(refusal))
    }

    /// In the party: everything begins.
    mutating func entered(_ newer: Membership, _ joined: Joined, _ step: inout Step) {
        step.store(.party(newer.stored))
        step.store(.roster(newer.roster.bytes))
        step.store(.card(newer.id, newer.ownCard.bytes))
        settle(newer, &step)
        step.event(.notice, "party", "in the party “\(newer.roster.name)” as \(newer.address)")
        if newer.isHost, let name = try? PartyName(newer.roster.name), !name.isKnownToFirstVersion {
            step.event(
                .notice, "party",
                "the first version of MeshTUI shows this party without its name: friends who have that one should update"
            )
        }
        step.answer(.joined(partyName: newer.roster.name, invite: newer.stored.invite))
        returned(joined, &step)
    }

    private mutating func settle(_ newer: Membership, _ step: inout Step) {
        membership = newer
        step.effect(.receive([newer.ownTag]))
        configureInterface(&step)
        relaysChanged(&step)
    }

    /// At the start: what was stored serves before any control plane has answered.
    mutating func resume(_ step: inout Step) {
        guard case .idle = session, membership == nil, let party = stored.party, let rosterBytes = stored.roster else {
            return
        }
        do throws(Refusal) {
            let roster = try Roster.decode(rosterBytes.span)
            let identity = try SigningKey(seed: party.identitySeed).publicKey
            var cards: [Card] = []
            for bytes in stored.cards { cards.append(try Card.decode(bytes.span)) }
            guard let own = cards.first(where: { $0.identity == identity }) else { throw .identity }
            // A state folder that was set back does not know how often this machine has started; its card may.
            startAbove(Sequence64(own.sequence).incarnation, &step)
            var newest: Roster?
            if let bytes = stored.newestRoster { newest = try Roster.decode(bytes.span) }
            var newer = try Membership(
                stored: party, roster: roster, newest: newest, ownCard: own, wireGuardPrivate: wireGuardPrivate,
                sequence: Sequence64(incarnation: incarnation), started: configuration.started)
            guard own.wg == wireGuard else { throw .key }
            var members: [Member] = []
            for card in cards { if let member = try? newer.accept(card) { members.append(member) } }
            directory.told(stored.relays, token: stored.relayToken)
            step.event(.info, "party", "back in “\(roster.name)”")
            session = .member
            settle(newer, &step)
            for member in members { memberChanged(member, &step) }
            step.effect(.useControl(newer.target, party: newer.party))
            rejoin(&step)
        } catch {
            step.event(
                .error, "party", "what was stored of the party can't be used, \(error): join again with an invite")
        }
    }

    private mutating func leave(_ step: inout Step) {
        switch session {
        case .idle: return step.answer(.refused(.notInParty))
        case .hosting(let flow): return stop(party: flow.party, &step)
        case .joining(let flow): return stop(party: flow.party, &step)
        case .leaving: return step.answer(.refused(.busy))
        case .yielded:
            // The other copy is the member: the control plane is told nothing of this one.
            left(&step)
            return step.answer(.left)
        case .member, .returning: break
        }
        session = .leaving
        step.request(.leaveParty)
    }

    /// Two commands end here: the one that leaves, and the host or join that waited for its server.
    private mutating func stop(party: PartyID, _ step: inout Step) {
        step.answer(.left)
        abandon(.stopped, party: party, &step)
    }

    /// Nothing of the party stays on this machine.
    mutating func left(_ step: inout Step) {
        guard let membership else { return }
        for index in peers.indices { peers.update(at: index) { $0.removeFromWireGuard(&step) } }
        let wasAsked = if case .leaving = session { true } else { false }
        (peers, ended, pins, lastPaths, waiting) = (PeerTable(), EndedPairs(), [:], [:], SortedTable())
        // Whoever comes back is the member it was: its counters go on above those that the others have seen.
        startAbove(incarnation, &step)
        (self.membership, session) = (nil, .idle)
        directory = {
            var fresh = RelayDirectory(); fresh.configured(directory.byHand); return fresh
        }()
        relaysChanged(&step)
        let servedPort = control.servedPort
        (publication, control) = (Publication(), ControlState())
        control.servedPort = servedPort
        (overlap, clones) = (NetworkOverlap(), CloneWatch())
        step.effect(.receive([]))
        step.effect(.configureInterface(nil))
        step.effect(.useControl(nil, party: membership.party))
        step.store(.forgetParty)
        step.event(.notice, "party", "left “\(membership.roster.name)”")
        if wasAsked { step.answer(.left) }
    }
}
