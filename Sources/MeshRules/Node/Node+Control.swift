import MeshWire

/// What the control plane answers and tells.
extension Node {
    mutating func controlReplied(_ request: ControlRequest, _ reply: ControlReply, _ step: inout Step) {
        switch session {
        case .hosting(var flow):
            guard request.belongs(to: flow.firstRequest) else { return }
            carryOn(party: flow.party, reply, &step) { (node, step) throws(CommandRefusal) in
                if case .begun(let begun) = reply {
                    step.request(try flow.begun(begun))
                    node.session = .hosting(flow)
                } else if case .joined(let joined) = reply {
                    node.entered(try flow.registered(joined), joined, &step)
                }
            }
        case .joining(var flow):
            guard request.belongs(to: flow.firstRequest) else { return }
            carryOn(party: flow.party, reply, &step) { (node, step) throws(CommandRefusal) in
                if case .begun(let begun) = reply {
                    step.request(try flow.begun(begun))
                    node.session = .joining(flow)
                } else if case .joined(let joined) = reply {
                    node.entered(try flow.joined(joined), joined, &step)
                }
            }
        case .returning(var flow):
            switch request {
            case .begin, .joinParty, .registerParty: return carryOnReturning(&flow, reply, &step)
            default: memberReplied(reply, &step)
            }
        case .leaving:
            guard request == .leaveParty else { return }
            left(&step)
        case .member: memberReplied(reply, &step)
        case .idle: break
        }
    }

    private mutating func carryOn(
        party: PartyID, _ reply: ControlReply, _ step: inout Step,
        _ body: (inout Node, inout Step) throws(CommandRefusal) -> Void
    ) {
        do throws(CommandRefusal) {
            if case .refused(let refusal) = reply { throw .control(refusal) }
            try body(&self, &step)
        } catch {
            abandon(error, party: party, &step)
        }
    }

    private mutating func carryOnReturning(_ flow: inout ReturnFlow, _ reply: ControlReply, _ step: inout Step) {
        switch reply {
        case .begun(let begun):
            guard var newer = membership else { return }
            do throws(Refusal) {
                let request = try flow.begun(begun, &newer, &step)
                step.store(.card(newer.id, newer.ownCard.bytes))
                step.store(.roster(newer.roster.bytes))
                if newer.address != membership?.address {
                    let address = InterfaceAddress(address: newer.address, prefix: Int(newer.roster.prefix))
                    step.effect(.configureInterface(address))
                }
                membership = newer
                for id in newer.outcasts { forget(id, &step) }
                session = .returning(flow)
                step.request(request)
            } catch {
                switch error {
                case .kicked, .ended, .closed:
                    // The roster that says so was verified: it is the host's own word.
                    step.store(.roster(newer.roster.bytes))
                    removedByHost(Self.words(for: error), &step)
                default: tryAgainLater("the control server can't be trusted, \(error)", &step)
                }
            }
        case .joined(let joined):
            step.event(.info, "control", "control server reached")
            returned(joined, &step)
            rosterReceived(joined.roster, &step)
        case .refused(.rule(.kicked)), .refused(.rule(.ended)), .refused(.rule(.closed)):
            // Only the host's signed roster removes anybody; a server's word alone makes nobody forget a party.
            tryAgainLater(
                "the control server says that this machine is out of the party: meshtui leave forgets it", &step)
        case .refused(let refusal): tryAgainLater("\(refusal)", &step)
        default: break
        }
    }

    /// The peers that are known stay connected; only news waits.
    private mutating func tryAgainLater(_ why: String, _ step: inout Step) {
        session = .member
        if control.isReachable || control.nextReturn == nil { step.event(.warning, "control", why) }
        control.isReachable = false
        control.nextReturn = step.now + .seconds(5)
    }

    private static func words(for refusal: Refusal) -> String {
        switch refusal {
        case .ended: "the party has ended"
        case .closed: "the host has closed the party, and this machine is not on its list"
        default: "the host has removed this machine from the party"
        }
    }

    private mutating func removedByHost(_ why: String, _ step: inout Step) {
        step.event(.error, "party", why)
        left(&step)
    }

    private mutating func memberReplied(_ reply: ControlReply, _ step: inout Step) {
        switch reply {
        case .party(let roster, _): rosterReceived(roster, &step)
        case .peers(let infos): peersTold(infos, all: true, &step)
        case .relays(let list, let token):
            directory.told(list, token: token)
            step.store(.relays(list, token: token))
            relaysChanged(&step)
        case .refused(.unauthorised): if case .member = session { rejoin(&step) }
        case .refused, .begun, .joined, .heartbeat, .done: break
        }
    }

    mutating func eventReceived(_ event: ControlEvent, _ step: inout Step) {
        guard membership != nil else { return }
        switch event {
        case .peer(let info): peersTold([info], all: false, &step)
        case .left(let id):
            guard let membership, membership.member(id) != nil else { return }
            step.event(.notice, membership.displayName(of: id), "left the party")
            // A server's word alone cuts nobody off: who still answers is forgotten when the path goes silent.
            withPeer(id, &step) { $0.leaves(&$2) }
            forgetThoseWhoLeft(&step)
        case .roster(let bytes): rosterReceived(bytes, &step)
        case .signal(_, let check): checkReceived(check, from: nil, &step)
        case .relays: step.request(.relays)
        case .grant: break
        }
    }

    private mutating func forget(_ id: PeerID, _ step: inout Step) {
        removePeer(id, &step)
        membership?.forget(id)
        step.store(.forgetCard(id))
    }

    mutating func forgetThoseWhoLeft(_ step: inout Step) {
        for peer in peers where peer.hasLeft && !peer.isConnected { forget(peer.id, &step) }
    }

    /// - Parameter all: The list is complete: who is missing has left.
    mutating func peersTold(_ infos: [PeerInfo], all: Bool, _ step: inout Step) {
        let cards = infos.map { try? Card.decode($0.card.span) }
        // First who has left: the machine may be back under a new identity, with the key it had.
        if all { forgetAll(but: cards.compactMap { $0 }, &step) }
        for (info, card) in zip(infos, cards) {
            guard let card, let own = membership?.id, card.peer != own else { continue }
            let isNew = membership?.member(card.peer) == nil
            do throws(Refusal) {
                if let member = try membership?.accept(card) {
                    if isNew {
                        step.event(.notice, membership?.displayName(of: member.id) ?? "", "joined as \(member.address)")
                    }
                    memberChanged(member, &step)
                }
            } catch {
                step.event(.warning, card.name, "its card was refused: \(error)")
                continue
            }
            withPeer(card.peer, &step) { $0.told(info, $1, &$2) }
            if let check = info.candidates { checkReceived(check, from: nil, &step) }
        }
    }

    /// A server that was set up anew knows only those who have come back by now: who is connected stays.
    private mutating func forgetAll(but cards: [Card], _ step: inout Step) {
        for member in membership?.members ?? [] where !cards.contains(where: { $0.peer == member.id }) {
            let isReplaced = cards.contains {
                ($0.wg == member.card.wg || $0.ipv4 == member.card.ipv4)
                    && (try? membership?.roster.check($0)) != nil
            }
            let isConnected = peers.first { $0.id == member.id }?.isConnected ?? false
            if isReplaced || !isConnected { forget(member.id, &step) }
        }
    }

    private mutating func rosterReceived(_ bytes: [UInt8], _ step: inout Step) {
        guard var newer = membership else { return }
        do throws(Refusal) {
            let roster = try Roster.decode(bytes.span)
            guard let gone = try newer.accept(roster) else { return }
            // A roster of an epoch whose key we cannot fetch yet would make what is stored useless at the next start.
            if roster.epoch == newer.keys.epoch { step.store(.roster(roster.bytes)) }
            membership = newer
            if roster.flags.contains(.ended) { return removedByHost("the party has ended", &step) }
            guard roster.accepts(newer.identity.publicKey) else {
                return removedByHost("the host has removed this machine from the party", &step)
            }
            if roster.epoch != newer.keys.epoch {
                step.event(.error, "party", "the party's keys were renewed by a newer MeshTUI: update this one")
            }
            for id in gone { forget(id, &step) }
        } catch {
            step.event(.error, "party", "a roster was refused: \(error)")
        }
    }

    // MARK: - Time and reach

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

extension ControlRequest {
    /// Whether this request is part of the flow that began so: an answer of an earlier one decides nothing.
    fileprivate func belongs(to first: ControlRequest) -> Bool {
        switch self {
        case .begin: self == first
        case .registerParty, .joinParty: true
        default: false
        }
    }
}
