import MeshRules
import MeshWire

/// How a control server lies, drawn from a seed: what it answers instead of the truth, and what it tells unasked. It has
/// no keys but its own, so its lies are made of what it has heard, of changed bytes and of its own words. Values lie
/// within the bounds that a client's decoder keeps; tests of the decoder go beyond them.
package struct ControlLies: Sendable {
    /// Answers and events that are lies, from 0 to 1.
    package var share: Double
    private var random: SeededRandom
    /// What was true once, newest last: a server that was set back tells it again.
    private var answers: [ControlReply] = []
    private var events: [ControlEvent] = []
    private static let remembered = 64

    /// Equal seeds lie alike.
    package init(seed: UInt64, share: Double = 0.6) {
        (random, self.share) = (SeededRandom(seed: seed), share)
    }

    /// What is answered; the truth is remembered for later lies.
    mutating func answer(_ truth: ControlReply) -> ControlReply {
        answers = (answers + [truth]).suffix(Self.remembered)
        guard random.chance(share) else { return truth }
        switch random.below(5) {
        case 0: return .refused(refusal())
        case 1:
            let alike = answers.filter { $0.kind == truth.kind }
            return alike[random.below(alike.count)]
        case 2: return .refused(.unreachable("no answer"))
        default: return changed(truth)
        }
    }

    /// What becomes of an event: lost, told again, changed, or with others around it.
    mutating func events(for truth: ControlEvent) -> [ControlEvent] {
        events = (events + [truth]).suffix(Self.remembered)
        guard random.chance(share) else { return [truth] }
        switch random.below(4) {
        case 0: return []
        case 1: return [ControlEvent](repeating: truth, count: 1 + random.below(50))
        case 2: return unasked(about: nil) + [truth]
        default: return [changed(truth)]
        }
    }

    /// What it tells without a reason. `member`: somebody of the party, to be called gone.
    mutating func unasked(about member: PeerID?) -> [ControlEvent] {
        switch random.below(6) {
        case 0: return [ControlEvent](repeating: .relays, count: 1 + random.below(100))
        case 1: return [.left(member ?? Bytes16(random.bytes(16).span, at: 0))]
        case 2: return [.roster(random.bytes(random.below(400)))]
        case 3: return [.signal(from: member ?? PeerID(), check: random.bytes(random.below(1_200)))]
        case 4: return [.grant(random.bytes(101))]
        default: return events.isEmpty ? [] : [events[random.below(events.count)]]
        }
    }

    private mutating func refusal() -> ControlRefusal {
        switch random.below(5) {
        case 0: return .rule(Refusal.allCases[random.below(Refusal.allCases.count)])
        case 1: return .unknown(["this party", "this invite", "this peer"][random.below(3)])
        case 2: return .unauthorised
        case 3: return .busy(retryAfter: [0, 1, 86_400][random.below(3)])
        default: return .unreachable("it answered 500")
        }
    }

    private mutating func changed(_ reply: ControlReply) -> ControlReply {
        switch reply {
        case .begun(var begun):
            switch random.below(4) {
            case 0: begun.keyHash = Bytes16(random.bytes(16).span, at: 0)
            case 1: begun.ipv4 = begun.ipv4.map { $0 ^ UInt32(1) << UInt32(random.below(32)) }
            case 2: begun.roster = begun.roster.map { damaged($0) }
            default: (begun.roster, begun.welcome) = (nil, begun.welcome.map { damaged($0) })
            }
            return .begun(begun)
        case .joined(var joined):
            joined.token = "\(random.next())"
            joined.roster = random.chance(0.5) ? damaged(joined.roster) : joined.roster
            joined.peers = changed(joined.peers)
            return .joined(joined)
        case .party(let roster, let grant): return .party(roster: damaged(roster), grant: grant)
        case .peers(let infos): return .peers(changed(infos))
        case .heartbeat: return .heartbeat(time: 1 << 40, token: "\(random.next())", expires: 0)
        case .relays: return .relays((0..<random.below(64)).map { _ in relay() }, token: random.bytes(154))
        case .done, .refused: return .refused(refusal())
        }
    }

    private mutating func changed(_ event: ControlEvent) -> ControlEvent {
        switch event {
        case .peer(let info): changed([info]).first.map { ControlEvent.peer($0) } ?? .relays
        case .left: .left(Bytes16(random.bytes(16).span, at: 0))
        case .roster(let bytes): .roster(damaged(bytes))
        case .grant(let bytes): .grant(damaged(bytes))
        case .signal(let from, let check): .signal(from: from, check: damaged(check))
        case .relays: .relays
        }
    }

    /// Nobody, some, everybody twice, in another order, or with cards and checks that do not hold; at most 32.
    private mutating func changed(_ infos: [PeerInfo]) -> [PeerInfo] {
        switch random.below(5) {
        case 0: return []
        case 1: return infos.filter { _ in random.chance(0.5) }
        case 2: return Array((infos + infos.reversed()).prefix(ControlSpec.members))
        case 3:
            return infos.map { info in
                var info = info
                info.candidates = info.candidates.map { damaged($0) }
                (info.away, info.lastHeartbeat) = (!info.away, 1 << 40)
                return info
            }
        default:
            return infos.map { info in
                var info = info
                info.card = damaged(info.card)
                return info
            }
        }
    }

    private mutating func relay() -> RelayInfo {
        let endpoints = (0..<random.below(4)).map { _ in
            Endpoint(IPAddress(v4: UInt32(truncatingIfNeeded: random.next())), UInt16(random.below(65_536)))
        }
        return RelayInfo(key: PublicKey(random.bytes(32).span, at: 0), endpoints: endpoints, region: "region")
    }

    /// One bit is another, or the end is missing.
    private mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        guard !bytes.isEmpty else { return random.bytes(1 + random.below(300)) }
        guard random.chance(0.8) else { return Array(bytes.prefix(random.below(bytes.count))) }
        var bytes = bytes
        bytes[random.below(bytes.count)] ^= 1 << UInt8(random.below(8))
        return bytes
    }
}

extension ControlReply {
    /// A client reads an answer as what answers its question, so a lie is of the same kind.
    fileprivate var kind: Int {
        switch self {
        case .begun: 0
        case .joined: 1
        case .party: 2
        case .peers: 3
        case .heartbeat: 4
        case .relays: 5
        case .done: 6
        case .refused: 7
        }
    }
}
