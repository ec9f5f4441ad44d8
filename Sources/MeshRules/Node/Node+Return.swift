import MeshWire

/// A member meets its control plane again: begin and join without an invite, until it is taken in.
extension Node {
    /// Begin and join again.
    mutating func rejoin(_ step: inout Step) {
        guard let membership else { return }
        session = .returning
        step.request(ReturnFlow.firstRequest(membership))
    }

    /// The control plane has taken us in (again).
    mutating func returned(_ joined: Joined, _ step: inout Step) {
        session = .member
        clones.stood()
        control.isReachable = true
        control.nextHeartbeat = step.now + configuration.heartbeat
        (control.nextReturn, control.problem, control.addressRefusals) = (nil, nil, 0)
        control.pace.reset()
        publication.forget()
        peersTold(joined.peers, all: true, &step)
        control.relaysAskedAt = step.now
        step.request(.relays)
        tellServedPort(&step)
    }

    mutating func carryOnReturning(_ request: ControlRequest, _ reply: ControlReply, _ step: inout Step) {
        switch reply {
        case .begun(let begun): begunAgain(begun, &step)
        case .joined(let joined):
            step.event(.info, "control", "control server reached")
            returned(joined, &step)
            rosterReceived(joined.roster, &step)
        case .refused(.rule(.kicked)), .refused(.rule(.ended)), .refused(.rule(.closed)):
            // Only the host's signed roster removes anybody; a server's word alone makes nobody forget a party.
            tryAgainLater(
                "the control server says that this machine is out of the party: meshtui leave forgets it", &step)
        case .refused(.rule(.rank)) where request != membership.map(ReturnFlow.firstRequest):
            clones.metHigher(at: step.now)
            let why = "the control server knows this machine from a later start"
            tryAgainLater(leapAbove(&step) ? why + ": going on above it" : why + " than there can be", &step)
        case .refused(let refusal):
            let isOfAddress = refusal == .rule(.address) || refusal == .rule(.duplicate)
            control.addressRefusals = isOfAddress ? control.addressRefusals + 1 : 0
            tryAgainLater("\(refusal)", &step)
        default: break
        }
    }

    private mutating func begunAgain(_ begun: Begun, _ step: inout Step) {
        guard var newer = membership else { return }
        let patience = peers.contains { $0.isConnected } ? ControlState.patienceWithAddress : 1
        let mayMove = control.addressRefusals >= patience
        let outcome = Result { () throws(Refusal) in
            try ReturnFlow.begun(begun, &newer, mayMove: mayMove, &step)
        }
        // Whatever comes of it: a roster that was verified is stored before it is acted on.
        if newer.roster != membership?.roster { keep(newer.roster, &step) }
        switch outcome {
        case .success(let request):
            step.store(.card(newer.id, newer.ownCard.bytes))
            let isMoved = newer.address != membership?.address
            membership = newer
            if isMoved { configureInterface(&step) }
            for id in newer.outcasts { forget(id, &step) }
            step.request(request)
        case .failure(let why): returnRefused(why, begun, newer.roster, &step)
        }
    }

    private mutating func returnRefused(_ why: Refusal, _ begun: Begun, _ newest: Roster, _ step: inout Step) {
        switch why {
        case .kicked, .ended, .closed:
            // The roster that says so was verified: it is the host's own word.
            removedByHost(Self.words(for: why), &step)
        case .epoch:
            _ = try? membership?.accept(newest)
            tryAgainLater("\(CommandRefusal.newerEpoch)", &step)
        case .rank:
            if let served = begun.roster.flatMap({ try? Roster.decode($0.span) }) { rosterServed(served.rank, &step) }
            tryAgainLater("the control server serves an older roster than the host's last", &step)
        default: tryAgainLater("the control server can't be trusted, \(why)", &step)
        }
    }

    /// The peers that are known stay connected; only news waits.
    mutating func tryAgainLater(_ why: String, _ step: inout Step) {
        session = .member
        if control.isReachable || control.problem != why { step.event(.warning, "control", why) }
        control.problem = why
        control.isReachable = false
        control.nextReturn = step.now + control.pace.next(&step)
    }

    // MARK: - Sequences

    /// The control plane holds a higher card of ours, which it does not show: this state folder was set back. Each time
    /// the leap is longer, up to an end: a server that lies must not use up all starts.
    /// - Returns: Whether it is worth another try.
    mutating func leapAbove(_ step: inout Step) -> Bool {
        let (seen, overflow) = incarnation.addingReportingOverflow(control.leap)
        guard control.leap <= ControlState.farthestLeap, !overflow else { return false }
        control.leap *= 16
        startAbove(seen, &step)
        return true
    }

    /// Above it a node would use up the starts that it has left.
    private static let lastIncarnation = UInt32.max - (1 << 20)

    /// Whoever meets a higher sequence of its own goes on above it, and so do its counters: they have the start of the
    /// node in common (PROTOCOL.md, Notation).
    mutating func startAbove(_ seen: UInt32, _ step: inout Step) {
        guard seen >= incarnation, seen <= Self.lastIncarnation else { return }
        incarnation = seen + 1
        step.store(.incarnation(incarnation))
        let first = Sequence64(incarnation: incarnation)
        membership?.goAbove(first.value)
        helloCounters.goAbove(first)
        for index in peers.indices { peers.update(at: index) { $0.session.goAbove(first) } }
    }
}
