package import MeshWire

/// The relay that a person chooses for the pair, and how both ends come to use it.
extension PeerConnection {
    /// A person chose a relay for the pair, or (nil) released it.
    package mutating func pin(_ relay: Bytes8?, _ context: PairContext, _ step: inout Step) {
        let released = ownPin
        ownPin = relay
        budget.improvements = PeerBudget.fullImprovements
        step.store(.pin(id, relay: relay))
        if let relay { step.event(.info, name, "pinned to relay \(context.region(relay))") }
        if relay == nil, let released {
            step.event(.info, name, "relay \(context.region(released)) released")
        }
        owesRelease = relay == nil && (released != nil || owesRelease)
        wishAfter = step.now
        nextPinTry = nil
        if let relay { askPinned(relay, context, &step) }
        reselect(context, &step)
        tellPin(&step)
    }

    /// A pin that is not in force is tried again and again: its relay may come back, or the other end.
    mutating func tryPinIfDue(_ context: PairContext, _ step: inout Step) {
        guard let due = nextPinTry, due <= step.now else { return }
        guard let ownPin, currentPath?.relay != ownPin else {
            nextPinTry = nil
            return
        }
        askPinned(ownPin, context, &step)
        reselect(context, &step)
    }

    /// Nobody may have asked the way through this relay for minutes: it is taken when it answers.
    private mutating func askPinned(_ pinned: Bytes8, _ context: PairContext, _ step: inout Step) {
        nextPinTry = step.now + Self.warmPace
        for relay in context.relays where relay.registered && relay.id == pinned { tryRelay(relay, context, &step) }
    }

    /// The other end learns of a pin from a SWITCH; where nothing is to be moved, one on the path in use tells it. A
    /// release stands in every SWITCH until one is acknowledged.
    mutating func tellPin(_ step: inout Step) {
        guard link.hasHandshake, pathSwitch.phase == .idle, let path = currentPath else { return }
        if let ownPin {
            guard path.relay == ownPin else { return }
        } else {
            guard link.isChooser || owesRelease else { return }
        }
        pathSwitch.begin(path.remote, flags: ownPin == nil ? 2 : 1, transaction: step.randomWord(), at: step.now)
    }
}
