import MeshWire

/// Changes that did not come about. What hangs on a pair goes back to the pair; the rest is owed and tried again.
struct OwedChanges: Sendable {
    /// What is to be made good. It is put together anew when it is tried: the node may have gone on meanwhile.
    enum Change: Equatable, Sendable {
        case party, roster, relays, incarnation, interface, tags
        case card(PeerID)
        case pin(PeerID)
        case lastPath(PeerID)
    }

    private(set) var changes: [Change] = []
    private(set) var due: Instant?
    private var pace = RetryPace()
    private var triedAt: Instant?
    private var said: (why: String, at: Instant)?

    /// A try that nobody complains of within this has worked.
    private static let settling: Duration = .seconds(60)
    /// The same complaint is told once in this time.
    private static let repeating: Duration = .seconds(600)

    mutating func add(_ change: Change, _ step: inout Step) {
        if !changes.contains(change) { changes.append(change) }
        if let triedAt, step.now - triedAt > Self.settling { pace.reset() }
        due = due ?? step.now + pace.next(&step)
    }

    /// What is to be tried now.
    mutating func take(at now: Instant) -> [Change] {
        guard let due, due <= now else { return [] }
        defer { (changes, self.due, triedAt) = ([], nil, now) }
        return changes
    }

    mutating func mayTell(_ why: String, at now: Instant) -> Bool {
        if let said, said.why == why, now - said.at < Self.repeating { return false }
        said = (why, now)
        return true
    }
}

extension Node {
    mutating func effectsFailed(_ effects: [Effect], _ why: String, _ step: inout Step) {
        guard let first = effects.first else { return }
        if owed.mayTell(why, at: step.now) { step.event(.error, first.subject, why) }
        for effect in effects {
            switch effect {
            case .store(let record): owed.add(record.change, &step)
            case .configureInterface: owed.add(.interface, &step)
            case .receive: owed.add(.tags, &step)
            case .addPeer(let peer):
                withPeer(key: peer.publicKey, &step) { $0.peerRefused("WireGuard did not take the peer: \(why)", &$2) }
            case .setEndpoint(_, let key): withPeer(key: key, &step) { $0.endpointRefused(&$2) }
            case .guardRoaming(let rule):
                withPeer(key: rule.peer, &step) { $0.guardRefused(rule, moving: effects.count > 1, &$2) }
            case .endGuard(let key): withPeer(key: key, &step) { $0.guardKept(&$2) }
            // A peer that is still there is seen in the next sample; requests are answered, and asked again.
            case .removePeer, .sampleWireGuard, .useControl, .control, .echo: break
            }
        }
    }

    mutating func tryOwedChanges(_ step: inout Step) {
        for change in owed.take(at: step.now) {
            guard let membership else {
                tryOutsideParty(change, &step)
                continue
            }
            switch change {
            case .tags: step.effect(.receive([membership.ownTag]))
            case .party: step.store(.party(membership.stored))
            case .roster:
                let isHeld = membership.roster.epoch == membership.keys.epoch
                step.store(isHeld ? .roster(membership.roster.bytes) : .newestRoster(membership.roster.bytes))
            case .relays: step.store(.relays(directory.listed, token: directory.token?.bytes))
            case .incarnation: step.store(.incarnation(incarnation))
            case .interface: configureInterface(&step)
            case .card(let peer):
                let card = peer == membership.id ? membership.ownCard : membership.member(peer)?.card
                step.store(card.map { .card(peer, $0.bytes) } ?? .forgetCard(peer))
            case .pin(let peer): step.store(.pin(peer, relay: pins[peer]))
            case .lastPath(let peer):
                if let path = peers.first(where: { $0.id == peer })?.rememberedPath {
                    step.store(.lastPath(peer, path))
                }
            }
        }
    }

    private func tryOutsideParty(_ change: OwedChanges.Change, _ step: inout Step) {
        switch change {
        case .party: step.store(.forgetParty)
        case .incarnation: step.store(.incarnation(incarnation))
        case .interface: step.effect(.configureInterface(nil))
        case .tags: step.effect(.receive([]))
        default: break
        }
    }

    private mutating func withPeer(
        key: PublicKey, _ step: inout Step, _ body: (inout PeerConnection, PairContext, inout Step) -> Void
    ) {
        guard let index = peers.firstIndex(where: { $0.member.card.wg == key }) else { return }
        withPeer(at: index, &step, body)
    }
}

extension Effect {
    fileprivate var subject: String {
        switch self {
        case .store: "storage"
        case .useControl, .control: "control"
        default: "network"
        }
    }
}

extension Record {
    /// What has to be made good when it was not kept.
    fileprivate var change: OwedChanges.Change {
        switch self {
        case .party, .forgetParty: .party
        case .roster, .newestRoster: .roster
        case .card(let peer, _), .forgetCard(let peer): .card(peer)
        case .relays: .relays
        case .pin(let peer, _): .pin(peer)
        case .lastPath(let peer, _): .lastPath(peer)
        case .incarnation: .incarnation
        }
    }
}
