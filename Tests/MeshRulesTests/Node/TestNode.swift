import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

/// A node with the desk it stands on: what it wanted is kept, records are applied, time is given by hand.
struct TestNode {
    static let network = LocalNetwork(addresses: [address("192.0.2.7")], listenPort: 51820)
    var node: Node
    let person: TestPerson
    /// All outputs since `take` was last called.
    private var outputs: [NodeOutput] = []
    private(set) var stored: StoredNode

    init(
        _ person: TestPerson, stored: StoredNode = StoredNode(incarnation: 1), seed: UInt64 = 41,
        configuration: NodeConfiguration = NodeConfiguration()
    ) throws {
        self.person = person
        self.stored = stored
        node = try Node(
            stored: stored, wireGuardKey: person.wgPrivate, configuration: configuration,
            random: SeededRandom(seed: seed), now: at(0))
    }

    mutating func give(_ input: NodeInput, at now: Instant = at(0)) {
        node.handle(input, now: now)
        drain()
    }

    mutating func timeOut(at now: Instant) {
        node.handleTimeout(now: now)
        drain()
    }

    private mutating func drain() {
        while let output = node.nextOutput() {
            outputs.append(output)
            if case .effect(.store(let record)) = output { apply(record) }
        }
    }

    private mutating func apply(_ record: Record) {
        switch record {
        case .party(let party): stored.party = party
        case .roster(let bytes): stored.roster = bytes
        case .newestRoster(let bytes): stored.newestRoster = bytes
        case .card(let peer, let card):
            forget(peer)
            stored.cards.append(card)
        case .forgetCard(let peer): forget(peer)
        case .relays(let relays, let token): (stored.relays, stored.relayToken) = (relays, token)
        case .pin(let peer, let relay): stored.pins[peer] = relay
        case .lastPath(let peer, let end): stored.lastPaths[peer] = end
        case .incarnation(let incarnation): stored.incarnation = incarnation
        case .forgetParty: stored = StoredNode(incarnation: stored.incarnation)
        }
    }

    private mutating func forget(_ peer: PeerID) {
        stored.cards.removeAll { (try? Card.decode($0.span))?.peer == peer }
    }

    mutating func take() -> [NodeOutput] {
        defer { outputs = [] }
        return outputs
    }

    mutating func takeAnswers() -> [CommandAnswer] {
        take().compactMap { if case .answer(let answer) = $0 { answer } else { nil } }
    }

    mutating func takeEffects() -> [Effect] {
        take().compactMap { if case .effect(let effect) = $0 { effect } else { nil } }
    }

    mutating func takeRequests() -> [ControlRequest] {
        takeEffects().compactMap { if case .control(let request) = $0 { request } else { nil } }
    }

    mutating func takeEvents() -> [String] {
        take().compactMap { if case .event(let event) = $0 { event.message } else { nil } }
    }

    // MARK: - In a party

    static let host = Command.host(
        partyName: "LAN night", memberName: "anna", control: .remote([TestServer.address], keyHash: nil))

    /// A node that has the membership of `person` from an earlier start, and is taken in again by its server.
    static func member(_ person: TestPerson, of party: TestParty, roster: Roster? = nil) throws -> TestNode {
        let membership = try party.membership(of: person, roster: roster)
        var stored = StoredNode(incarnation: 2)
        stored.party = membership.stored
        stored.roster = membership.roster.bytes
        stored.cards = [membership.ownCard.bytes]
        var node = try TestNode(person, stored: stored)
        node.give(.network(network))
        try node.comeBack(membership.roster, ipv4: person.ipv4, peers: [])
        _ = node.take()
        return node
    }

    /// The server's part of begin and join.
    mutating func comeBack(
        _ roster: Roster, ipv4: UInt32, peers: [Card], joinedRoster: Roster? = nil, at now: Instant = at(0)
    ) throws {
        let begun = Begun(nonce: TestServer.nonce, keyHash: TestParty.keyHash, roster: roster.bytes, ipv4: ipv4)
        give(.control(.begin(identity: person.identity.publicKey, g0: nil), .begun(begun)), at: now)
        guard case .joinParty(_, let proof)? = lastRequest else { throw Refusal.kind }
        let joined = TestServer.joined((joinedRoster ?? roster).bytes, peers: peers.map(TestServer.info))
        give(.control(.joinParty(g0: nil, proof: proof), .joined(joined)), at: now)
    }

    private var lastRequest: ControlRequest? {
        outputs.reversed().lazy.compactMap { if case .effect(.control(let request)) = $0 { request } else { nil } }
            .first
    }
}
