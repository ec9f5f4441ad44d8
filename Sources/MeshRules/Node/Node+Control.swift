import MeshWire

/// What the control plane answers.
extension Node {
    mutating func controlReplied(_ request: ControlRequest, _ reply: ControlReply, _ step: inout Step) {
        // Of single members only this one's own row is asked for: it is no list of all.
        if case .discoverPeer = request { return ownRowTold(reply, &step) }
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
            if reply == .refused(.rule(.rank)), leapAbove(&step) {
                flow.goAbove(incarnation: incarnation)
                session = .joining(flow)
                return step.request(flow.firstRequest)
            }
            carryOn(party: flow.party, reply, &step) { (node, step) throws(CommandRefusal) in
                if case .begun(let begun) = reply {
                    let request = try flow.begun(begun)
                    if let network = flow.network { try node.checkNetwork(network) }
                    try flow.checkAgreement()
                    step.request(request)
                    node.session = .joining(flow)
                } else if case .joined(let joined) = reply {
                    node.entered(try flow.joined(joined), joined, &step)
                }
            }
        case .returning:
            switch request {
            case .begin, .joinParty, .registerParty: return carryOnReturning(request, reply, &step)
            default: memberReplied(reply, &step)
            }
        case .leaving:
            guard request == .leaveParty else { return }
            left(&step)
        case .member: memberReplied(reply, &step)
        case .idle, .yielded: break
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
