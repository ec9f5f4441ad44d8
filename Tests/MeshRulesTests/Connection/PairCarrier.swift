import MeshTestKit
import MeshWire

@testable import MeshRules

/// Two ends of one pair, with a direct way and a relay between them, in virtual time. End 0 is the chooser. WireGuard
/// is as much of it as a pair sees: a handshake a round trip after the chooser's peer was added, counters, samples.
struct PairCarrier {
    struct End {
        var connection: PeerConnection
        var context: PairContext
        let address: Endpoint
        let key: PublicKey
        var wgEndpoint: Endpoint?
        var hasPeer = false
        var handshakeAt: Instant?
        var bytes: UInt64 = 0
        var effects: [(at: Instant, effect: Effect)] = []
        var sent: [(at: Instant, to: Endpoint)] = []
        var events: [String] = []
        /// Its newest list of candidates, as it left.
        var list: [UInt8]?
        /// Whether the relays have heard of its receiver indexes.
        var isAnnounced = true
    }

    enum Arrival {
        case datagram([UInt8], from: Endpoint?, to: Int)
        case echo(Duration?, to: Int)
        case sample(Int, regular: Bool)
        case handshake
    }

    static let relay = end("203.0.113.5:51822")
    static let relayID = Bytes8(9)
    let delay: Duration = .milliseconds(20)
    var ends: [End]
    var now = at(0)
    var cut: [PathKind] = []
    /// Whether the control plane carries signals.
    var signals = true
    var isBusy = false
    /// The end whose pings get lost while all else arrives: the other one's pongs prove nothing to it.
    var losesPingsOf: Int?
    private let openers: [CheckSession]
    private var queue: [(at: Instant, arrival: Arrival)] = []
    private var random = SeededRandom(seed: 77)

    init(direct: Bool = true, relay: Bool = true, pins: [Bytes8?] = [nil, nil]) throws {
        let pair = try TestPair()
        let addresses = [end("192.0.2.1:51820"), end("198.51.100.1:51820")]
        var ends: [End] = []
        for (index, membership) in [pair.chooser, pair.other].enumerated() {
            let peer = membership.members[0]
            let session = try CheckSession(membership: membership, peer: peer, incarnation: 1)
            let contact = PairContext.RelayContact(
                id: Self.relayID, endpoint: Self.relay, endpoints: [Self.relay], region: "Berlin", registered: true)
            var candidates = [Candidate(kind: .host, endpoint: addresses[index])]
            if relay { candidates.append(Candidate(kind: .relay, endpoint: Self.relay)) }
            let context = PairContext(
                roster: membership.roster, relays: relay ? [contact] : [],
                ownCandidates: CandidateList(nat: 1, mapping: 1, filtering: 1, candidates: candidates), ownNAT: .open,
                watched: false, configuration: NodeConfiguration())
            ends.append(
                End(
                    connection: PeerConnection(
                        member: peer, session: session, isChooser: index == 0,
                        presharedKey: membership.keys.presharedKey(membership.wireGuard, peer.card.wg),
                        ownPin: pins[index], lastPath: nil, budget: PeerBudget()),
                    context: context, address: addresses[index], key: peer.card.wg))
        }
        self.ends = ends
        openers = try [pair.session(ofChooser: false), pair.session(ofChooser: true)]
        if !direct { cut.append(.direct) }
        for index in 0...1 { queue.append((at(1_000), .sample(index, regular: true))) }
    }

    // MARK: - Driving it

    /// Lets one end do something, and carries out what it wants.
    mutating func act(_ index: Int, _ body: (inout PeerConnection, PairContext, inout Step) -> Void) {
        var step = Step(now: now, random: random.fork())
        for relay in ends[index].context.relays.indices {
            let rows = ends[index].connection.indexes.rows
            ends[index].context.relays[relay].confirmed = ends[index].isAnnounced ? rows : []
        }
        body(&ends[index].connection, ends[index].context, &step)
        for output in step.outputs {
            switch output {
            case .transmit(let bytes, let to): send(bytes, to: to, from: index)
            case .effect(let effect): carryOut(effect, index)
            case .event(let event): ends[index].events.append(event.message)
            case .answer: break
            }
        }
        for request in ends[index].connection.takeRequests() {
            switch request {
            case .signal(let check), .leave(let check):
                ends[index].list = check
                if signals { queue.append((now + delay, .datagram(check, from: nil, to: 1 - index))) }
            case .hello: break
            }
        }
    }

    mutating func discover() { for index in 0...1 { act(index) { $0.discover($1, &$2) } } }

    /// Passes virtual time; 100,000 turns are the bound.
    mutating func run(until end: Instant) {
        for _ in 0..<100_000 {
            let arrival = queue.indices.min { queue[$0].at < queue[$1].at }
            let dues = ends.map(\.connection.deadline)
            let times = [arrival.map { queue[$0].at }, dues[0], dues[1]].compactMap { $0 }
            guard let next = times.min(), next <= end else { break }
            now = max(now, next)
            if let arrival, queue[arrival].at <= now {
                take(queue.remove(at: arrival).arrival)
            } else {
                for index in 0...1 where dues[index].map({ $0 <= now }) ?? false {
                    act(index) { $0.handleTimeout($1, &$2) }
                }
            }
        }
        now = max(now, end)
    }

    mutating func run(for duration: Duration) { run(until: now + duration) }

    /// A datagram that `index` gets from elsewhere.
    mutating func deliver(_ bytes: [UInt8], from source: Endpoint?, to index: Int) {
        act(index) { connection, context, step in _ = try? connection.received(bytes.span, from: source, context, &step)
        }
    }

    mutating func sample(_ index: Int) {
        guard ends[index].hasPeer else { return }
        let sample = WireGuardSample(
            publicKey: ends[index].key, endpoint: ends[index].wgEndpoint,
            handshakeAge: ends[index].handshakeAt.map { now - $0 }, rxBytes: ends[index].bytes,
            txBytes: ends[index].bytes, guardHits: 0)
        act(index) { $0.sampled(sample, $1, &$2) }
    }

    // MARK: - What is between them

    private func isOpen(_ to: Endpoint?, from index: Int) -> Bool {
        if to == Self.relay { return !cut.contains(.relay) }
        return to == ends[1 - index].address && !cut.contains(.direct)
    }

    private mutating func send(_ bytes: [UInt8], to: Endpoint, from index: Int) {
        ends[index].sent.append((now, to))
        guard isOpen(to, from: index), index != losesPingsOf || !isPing(bytes, from: index) else { return }
        let source = to == Self.relay ? Self.relay : ends[index].address
        queue.append((now + delay, .datagram(bytes, from: source, to: 1 - index)))
    }

    private func isPing(_ bytes: [UInt8], from index: Int) -> Bool {
        var opener = openers[index]
        return (try? opener.open(bytes.span))?.type == .ping
    }

    private mutating func take(_ arrival: Arrival) {
        switch arrival {
        case .datagram(let bytes, let source, let index): deliver(bytes, from: source, to: index)
        case .echo(let roundTrip, let index): act(index) { $0.echoed(roundTrip, $1, &$2) }
        case .sample(let index, let regular):
            if isBusy, ends[index].handshakeAt != nil { ends[index].bytes += 50_000 }
            sample(index)
            if regular { queue.append((now + .seconds(1), .sample(index, regular: true))) }
        case .handshake: handshake()
        }
    }

    private mutating func carryOut(_ effect: Effect, _ index: Int) {
        ends[index].effects.append((now, effect))
        switch effect {
        case .addPeer(let peer):
            (ends[index].hasPeer, ends[index].wgEndpoint) = (true, peer.endpoint)
            (ends[index].handshakeAt, ends[index].bytes) = (nil, 0)
            if index == 0 { queue.append((now + delay * 2, .handshake)) }
        case .removePeer: (ends[index].hasPeer, ends[index].handshakeAt, ends[index].wgEndpoint) = (false, nil, nil)
        case .setEndpoint(let endpoint, _): ends[index].wgEndpoint = endpoint
        case .sampleWireGuard: queue.append((now + .milliseconds(1), .sample(index, regular: false)))
        case .echo:
            let works = ends[0].handshakeAt != nil && isOpen(ends[index].wgEndpoint, from: index)
            queue.append((now + (works ? delay * 2 : .seconds(1)), .echo(works ? delay * 2 : nil, to: index)))
        default: break
        }
    }

    private mutating func handshake() {
        guard ends[0].hasPeer, ends[0].handshakeAt == nil else { return }
        guard ends[1].hasPeer, isOpen(ends[0].wgEndpoint, from: 0) else {
            return queue.append((now + .seconds(5), .handshake))
        }
        ends[1].wgEndpoint = ends[0].wgEndpoint == Self.relay ? Self.relay : ends[0].address
        for index in 0...1 {
            ends[index].handshakeAt = now
            let sent = HandshakeSent(
                kind: index == 0 ? .initiation : .response, index: ReceiverIndex(index + 1), peer: ends[index].key)
            act(index) { $0.handshakeSent(sent, $1, &$2) }
            queue.append((now + .milliseconds(1), .sample(index, regular: false)))
        }
    }
}

extension PairCarrier.End {
    /// How often it sent to an endpoint within a span of time.
    func count(to endpoint: Endpoint, from start: Instant = at(0), until end: Instant = at(.max / 1_000_000)) -> Int {
        sent.count { $0.to == endpoint && start <= $0.at && $0.at <= end }
    }

    var addedPeers: [WireGuardPeer] {
        effects.compactMap { if case .addPeer(let peer) = $0.effect { peer } else { nil } }
    }
}
