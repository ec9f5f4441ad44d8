import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("A node among liars")
struct NodeHostileTests {
    let party: TestParty
    let anna: TestPerson
    let ben: TestPerson

    init() throws { (party, anna, ben) = (try TestParty(), try .anna(), try .ben()) }

    @Test("a roster or a card of another party, or with a forged signature, changes nothing", arguments: 0..<4)
    func foreign(what: Int) throws {
        var node = try TestNode.member(anna, of: party)
        let other = try TestParty(seed: 2)
        var roster = try party.roster(sequence: 9).bytes
        roster[roster.count - 1] ^= 1
        var card = try party.card(ben).bytes
        card[card.count - 1] ^= 1
        let before = node.stored
        switch what {
        case 0: node.give(.event(.roster(roster)))
        case 1: node.give(.event(.roster(try other.roster(sequence: 9).bytes)))
        case 2: node.give(.event(.peer(TestServer.info(try other.card(ben)))))
        default:
            node.give(
                .event(
                    .peer(PeerInfo(card: card, nat: PeerNAT(), lastHeartbeat: 0, away: false, candidates: nil))))
        }
        #expect(node.stored == before)
        #expect(node.node.peers.isEmpty)
        #expect(node.take().contains { if case .event(let event) = $0 { event.level != .info } else { false } })
    }

    @Test("replies that answer nothing that was asked don't disturb a member")
    func unasked() throws {
        var node = try TestNode.member(anna, of: party)
        let replies: [ControlReply] = [
            .done, .begun(Begun(nonce: Bytes32(), keyHash: Bytes16())), .joined(TestServer.joined([])),
            .heartbeat(time: 1, token: "x", expires: 2), .refused(.busy(retryAfter: 9)),
            .refused(.unreachable("no route")),
            .party(roster: [1, 2, 3], grant: nil), .relays([], token: [1]),
        ]
        let before = node.node.membership?.roster
        for reply in replies { node.give(.control(.heartbeat, reply)) }
        #expect(node.node.membership?.roster == before)
        #expect(node.stored.party != nil)
    }

    @Test("a return that the server answers with a lie is tried again; the membership stays", arguments: 0..<3)
    func liedTo(what: Int) throws {
        var node = try TestNode.member(anna, of: party)
        let begin = ControlRequest.begin(identity: anna.identity.publicKey, g0: nil)
        node.give(.control(.heartbeat, .refused(.unauthorised)), at: at(1_000))
        let roster = try party.roster().bytes
        let lies = try [
            Begun(nonce: TestServer.nonce, keyHash: Bytes16(), roster: roster, ipv4: anna.ipv4),
            Begun(nonce: TestServer.nonce, keyHash: TestParty.keyHash, roster: roster, ipv4: 0x0b00_0001),
            Begun(
                nonce: TestServer.nonce, keyHash: TestParty.keyHash, roster: TestParty(seed: 2).roster().bytes,
                ipv4: anna.ipv4),
        ]
        _ = node.take()
        node.give(.control(begin, .begun(lies[what])), at: at(1_100))
        // Another address alone is no reason to stay away: the node joins with the one that it has.
        let joins = node.takeRequests().contains { if case .joinParty = $0 { true } else { false } }
        #expect(joins == (lies[what].ipv4 != anna.ipv4))
        #expect(node.node.membership?.address == IPAddress(v4: anna.ipv4))
        let due = try #require(node.node.nextDeadline)
        #expect(due <= at(8_600))
    }

    @Test("random bytes of every length and head never crash it, and are counted")
    func noise() throws {
        var node = try TestNode.member(anna, of: party)
        node.give(.event(.peer(TestServer.info(try party.card(ben)))))
        var random = SeededRandom(seed: 71)
        let heads: [[UInt8]] = [
            [], Array("mtui".utf8) + [1, 1], Array("mtui".utf8) + [1, 2], Array("mtui".utf8) + [1, 3],
            Array("mtui".utf8) + [1, 16], [1, 1, 0, 0], [4, 0, 0, 0],
        ]
        for turn in 0..<3_000 {
            let bytes = heads[turn % heads.count] + random.bytes(random.below(200))
            node.give(.datagram(bytes, from: end("198.51.100.3:1")))
        }
        #expect(node.node.dropped > 1_000)
        #expect(node.node.peers.map(\.id) == [ben.id])
    }
}

@Suite("A node among too many")
struct NodeCrowdTests {
    let party: TestParty
    let anna: TestPerson

    init() throws { (party, anna) = (try TestParty(), try .anna()) }

    private func crowd(_ numbers: Range<UInt32>) throws -> [Card] {
        try numbers.map { number in
            try party.card(
                TestPerson("m\(number)", seed: 1_000 + UInt64(number), ipv4: TestParty.subnet + 1_000 + number))
        }
    }

    @Test("400 members are 31 beside this one, and of 400 that were here 64 are remembered")
    func crowd() throws {
        var node = try TestNode.member(anna, of: party)
        for start in stride(from: UInt32(0), to: 400, by: 20) {
            let cards = try crowd(start..<start + 20)
            node.give(.control(.getPeers, .peers(cards.map(TestServer.info))))
            #expect(node.node.peers.count <= 31)
        }
        for card in try crowd(400..<440) { node.give(.event(.peer(TestServer.info(card)))) }
        #expect(node.node.peers.count == 31)
        #expect(node.stored.cards.count == 32)
        node.give(.control(.getPeers, .peers([])))
        #expect(node.node.peers.isEmpty)
        #expect(node.node.ended.count == 64)
    }

    @Test("in a full party the host's card makes room, a stranger's does not")
    func host() throws {
        var node = try TestNode.member(anna, of: party)
        for card in try crowd(0..<31) { node.give(.event(.peer(TestServer.info(card)))) }
        let late = try #require(crowd(31..<32).first)
        node.give(.event(.peer(TestServer.info(late))))
        #expect(!node.node.peers.contains { $0.id == late.peer })
        let host = try Card.make(
            party: party.party, keys: party.keys, sequence: 1 << 32 | 1, identity: party.host, wg: TestPerson.cleo().wg,
            ipv4: TestParty.hostAddress, name: "host")
        node.give(.event(.peer(TestServer.info(host))))
        #expect(node.node.peers.contains { $0.id == host.peer })
        #expect(node.node.peers.count == 31)
    }

    @Test("a member whose session was dropped is met above every counter that was used")
    func counters() throws {
        var node = try TestNode.member(anna, of: party)
        var first: UInt64 = 0
        for start in stride(from: UInt32(0), to: 80, by: 20) {
            node.give(.control(.getPeers, .peers(try crowd(start..<start + 20).map(TestServer.info))))
            if start == 0 { first = try #require(node.node.peers.map(\.session.lastCounter).max()) }
        }
        node.give(.control(.getPeers, .peers(try crowd(0..<1).map(TestServer.info))))
        let again = try #require(node.node.peers.first { $0.member.card.name == "m0" })
        #expect(again.session.lastCounter >= first)
    }
}
