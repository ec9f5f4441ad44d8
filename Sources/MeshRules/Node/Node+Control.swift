import MeshWire

/// What the control plane answers.
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
        case .returning:
            switch request {
            case .begin, .joinParty, .registerParty: return carryOnReturning(reply, &step)
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

    private mutating func carryOnReturning(_ reply: ControlReply, _ step: inout Step) {
        switch reply {
        case .begun(let begun):
            guard var newer = membership else { return }
            do throws(Refusal) {
                let request = try ReturnFlow.begun(begun, &newer, &step)
                step.store(.card(newer.id, newer.ownCard.bytes))
                step.store(.roster(newer.roster.bytes))
                if newer.address != membership?.address {
                    let address = InterfaceAddress(address: newer.address, prefix: Int(newer.roster.prefix))
                    step.effect(.configureInterface(address))
                }
                membership = newer
                for id in newer.outcasts { forget(id, &step) }
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
    mutating func tryAgainLater(_ why: String, _ step: inout Step) {
        session = .member
        if control.isReachable || control.nextReturn == nil { step.event(.warning, "control", why) }
        control.isReachable = false
        control.nextReturn = step.now + .seconds(5)
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
