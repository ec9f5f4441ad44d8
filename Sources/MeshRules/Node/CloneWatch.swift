import MeshWire

/// Notices another machine that runs with this machine's identity, from a copied state folder (PROTOCOL.md §3). The two
/// take each other's place at the control plane again and again; a node that was only restarted, or whose folder was set back,
/// meets nobody who answers.
struct CloneWatch: Sendable {
    /// Older occurrences do not count.
    static let window: Duration = .seconds(60)
    /// So many of them within the window are no chance: event streams that another run with this identity has taken,
    /// and cards of it above one of ours that stood at the control plane.
    static let (streams, meetings) = (3, 2)
    /// Between two looks at the card that stands at the control plane.
    static let pause: Duration = .seconds(5)

    private var streamsTaken: [Instant] = []
    private var met: [Instant] = []
    /// Our card has stood at the control plane since the last meeting: what is above it now came after it.
    private var hasStood = true
    private var askedAt: Instant?
    /// A person was told of the other machine in this run.
    private(set) var hasTold = false

    mutating func streamTaken(at now: Instant) {
        streamsTaken = (recent(streamsTaken, now) + [now]).suffix(Self.streams)
    }

    /// A card of ours was met that is above all that this run has made. Before our own stands there again, the next one
    /// is the same meeting.
    mutating func metHigher(at now: Instant) {
        guard hasStood else { return }
        hasStood = false
        met = (recent(met, now) + [now]).suffix(Self.meetings)
    }

    /// The control plane has taken our card.
    mutating func stood() { hasStood = true }

    mutating func told() { hasTold = true }

    /// True for more than a restart or a folder that was set back.
    func suspects(at now: Instant) -> Bool {
        recent(streamsTaken, now).count >= Self.streams || recent(met, now).count >= Self.meetings
    }

    /// True when the card that stands at the control plane is to be looked at now.
    mutating func asks(at now: Instant) -> Bool {
        guard suspects(at: now), askedAt.map({ now - $0 >= Self.pause }) ?? true else { return false }
        askedAt = now
        return true
    }

    private func recent(_ times: [Instant], _ now: Instant) -> [Instant] { times.filter { now - $0 < Self.window } }
}

/// A machine that meets a copy of itself.
extension Node {
    /// Another connection with this identity has taken the event stream.
    mutating func eventsTaken(_ step: inout Step) {
        guard let membership else { return }
        clones.streamTaken(at: step.now)
        if clones.asks(at: step.now) { step.request(.discoverPeer(membership.id)) }
    }

    /// Which card stands at the control plane for this identity.
    mutating func ownRowTold(_ reply: ControlReply, _ step: inout Step) {
        guard !hasYielded, case .peers(let infos) = reply, let info = infos.first,
            let card = try? Card.decode(info.card.span)
        else {
            return
        }
        if let membership, card.peer == membership.id, card.bytes == membership.ownCard.bytes { return clones.stood() }
        ownCardMet(card, &step)
    }

    /// A card of ours, from wherever it comes: its sequence may be above what this state folder knows of.
    mutating func ownCardMet(_ card: Card, _ step: inout Step) {
        guard let membership, card.identity == membership.identity.publicKey,
            card.sequence > membership.ownCard.sequence,
            (try? card.verify(group: membership.keys.group.publicKey)) != nil
        else { return }
        clones.metHigher(at: step.now)
        if clones.suspects(at: step.now) {
            guard startedFirst(card) else { return yield(to: card, &step) }
            tell(ofClone: card, &step)
        }
        self.membership?.goAbove(card.sequence)
        startAbove(Sequence64(card.sequence).incarnation, &step)
        // The other one sees our card when its stream is taken the next time, and yields.
        if clones.hasTold, case .member = session { rejoin(&step) }
    }

    /// True if this run began before the one that made the card. A card without the time is the first version's, which
    /// never yields.
    private func startedFirst(_ card: Card) -> Bool {
        card.started.map { (configuration.started, membership?.ownCard.sequence ?? 0) < ($0, card.sequence) } ?? false
    }

    private mutating func tell(ofClone card: Card, _ step: inout Step) {
        guard !clones.hasTold else { return }
        clones.told()
        step.event(
            .error, "party",
            "another machine, which calls itself “\(card.name)”, runs with a copy of this machine's state folder\(Self.later(card.started, configuration.started)): stop it there with meshtui down, and start it with meshtui --new-identity"
        )
    }

    private static func later(_ other: UInt64?, _ own: UInt64) -> String {
        guard let other, other >= own else { return "" }
        return ", started \((other - own) / 60) min later"
    }

    var hasYielded: Bool { if case .yielded = session { true } else { false } }

    /// This run is the later one of two copies: it leaves the party's network to the other, and says so.
    private mutating func yield(to card: Card, _ step: inout Step) {
        guard let membership else { return }
        for index in peers.indices { peers.update(at: index) { $0.removeFromWireGuard(&step) } }
        (peers, waiting) = (PeerTable(), SortedTable())
        let why =
            "another machine, which calls itself “\(card.name)”, runs with this machine's identity: one state folder is a copy of the other. This one was started later and stops connecting: meshtui leave takes it out of the party here, meshtui down and then meshtui --new-identity makes it a machine of its own"
        session = .yielded(why: why)
        (publication, control) = (Publication(), ControlState())
        relaysChanged(&step)
        step.effect(.configureInterface(nil))
        step.effect(.useControl(nil, party: membership.party))
        step.event(.error, "party", why)
    }
}
