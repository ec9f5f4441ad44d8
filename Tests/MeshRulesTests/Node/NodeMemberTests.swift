import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("A node in its party")
struct NodeMemberTests {
    let party: TestParty
    let anna: TestPerson
    let ben: TestPerson
    let cleo: TestPerson

    init() throws {
        (party, anna, ben, cleo) = (try TestParty(), try .anna(), try .ben(), try .cleo())
    }

    private func told(_ people: TestPerson...) throws -> TestNode {
        var node = try TestNode.member(anna, of: party)
        for person in people { node.give(.event(.peer(TestServer.info(try party.card(person))))) }
        return node
    }

    private func peers(_ node: TestNode) -> [PeerID] { node.node.peers.map(\.id) }

    @Test("restarted from its records it has the same membership, before any server has answered")
    func restarts() throws {
        let before = try told(ben, cleo)
        var stored = before.stored
        stored.incarnation += 1
        var after = try TestNode(anna, stored: stored, seed: 99)
        after.give(.network(TestNode.network))
        let effects = after.takeEffects()
        #expect(effects.contains(.configureInterface(InterfaceAddress(address: IPAddress(v4: anna.ipv4), prefix: 16))))
        #expect(effects.contains(.control(.begin(identity: anna.identity.publicKey, g0: nil))))
        let target = ControlTarget.remote([TestServer.address], keyHash: TestParty.keyHash)
        #expect(effects.contains(.useControl(target, party: party.party)))
        #expect(peers(after) == peers(before))
        #expect(after.node.membership?.id == before.node.membership?.id)
        #expect(after.node.membership?.roster == before.node.membership?.roster)
        #expect(after.node.membership?.members == before.node.membership?.members)
        #expect(after.node.membership?.keys.scope == before.node.membership?.keys.scope)
    }

    @Test("records that can't be used are told, and nothing is done with them")
    func brokenRecords() throws {
        var stored = try told(ben).stored
        stored.cards = []
        var node = try TestNode(anna, stored: stored)
        node.give(.network(TestNode.network))
        #expect(node.node.membership == nil)
        #expect(node.takeEvents().contains { $0.hasSuffix("join again with an invite") })
    }

    @Test("checks with unknown tags, foreign receivers and nonsense are dropped, counted and not answered")
    func strangers() throws {
        var node = try told(ben)
        _ = node.take()
        let head = CheckHead(epochLow: 1, receiverTag: party.keys.tag(of: anna.wg), senderTag: Tag(1))
        let foreign = CheckHead(epochLow: 1, receiverTag: Tag(1), senderTag: party.keys.tag(of: ben.wg))
        let key = CheckKey(Bytes32())
        let ping = Check(type: .ping, counter: 1, transaction: 1)
        let forged = CheckHead(
            epochLow: 1, receiverTag: party.keys.tag(of: anna.wg), senderTag: party.keys.tag(of: ben.wg))
        let datagrams = [head, foreign, forged].map { ping.seal($0, nonce: (1, 1), key: key) } + [[1, 2, 3], []]
        for datagram in datagrams { node.give(.datagram(datagram, from: end("198.51.100.3:1"))) }
        #expect(node.node.dropped == datagrams.count)
        #expect(node.take().isEmpty)
    }

    @Test("a peer that leaves is forgotten; back with the same keys its counters go on")
    func leavesAndReturns() throws {
        var node = try told(ben)
        func signals() -> [[UInt8]] {
            node.takeRequests().flatMap { request -> [[UInt8]] in
                if case .updatePeer(let update) = request { update.candidates.map(\.check) } else { [] }
            }
        }
        let before = try #require(signals().last)
        node.give(.event(.left(ben.id)))
        #expect(peers(node).isEmpty)
        #expect(!node.stored.cards.contains(try party.card(ben).bytes))
        node.give(.event(.peer(TestServer.info(try party.card(ben)))))
        let after = try #require(signals().last)
        var other = try party.membership(of: ben)
        _ = try other.accept(party.card(anna))
        var session = try CheckSession(membership: other, peer: other.members[0], incarnation: 1)
        let counters = try [session.open(before.span).counter, session.open(after.span).counter]
        #expect(counters[0] < counters[1])
    }

    @Test("a machine that is back under a new identity, with the key it had, takes the old one's place")
    func newIdentity() throws {
        var node = try told(ben)
        let again = try TestPerson("ben", seed: 50, ipv4: TestParty.subnet + 9)
        let card = try party.card(again, wg: ben.wg)
        node.give(.control(.getPeers, .peers([TestServer.info(card)])))
        #expect(peers(node) == [again.id])
    }

    @Test("a list without a peer that isn't connected forgets it")
    func missing() throws {
        var node = try told(ben, cleo)
        node.give(.control(.getPeers, .peers([TestServer.info(try party.card(cleo))])))
        #expect(peers(node) == [cleo.id])
    }

    @Test(
        "a kicked member goes with the roster, whichever way that comes, though the server still lists it",
        arguments: [0, 1, 2])
    func kicked(way: Int) throws {
        var node = try told(ben, cleo)
        let row = Roster.Member(identity: ben.identity.publicKey, status: .kicked)
        let roster = try party.roster(sequence: 2, members: [party.hostRow, row])
        let cards = try [party.card(ben), party.card(cleo)]
        if way == 0 {
            node.give(.event(.roster(roster.bytes)))
            node.give(.control(.getPeers, .peers(cards.map(TestServer.info))))
        } else {
            node.give(.control(.heartbeat, .refused(.unauthorised)))
            try node.comeBack(
                way == 1 ? roster : party.roster(), ipv4: anna.ipv4, peers: cards, joinedRoster: roster)
        }
        #expect(peers(node) == [cleo.id])
        #expect(node.stored.roster == roster.bytes)
    }

    @Test("a roster that kicks this machine or ends the party takes it out", arguments: [true, false])
    func out(kicked: Bool) throws {
        var node = try told(ben)
        let row = Roster.Member(identity: anna.identity.publicKey, status: .kicked)
        let roster =
            try kicked
            ? party.roster(sequence: 2, members: [party.hostRow, row]) : party.roster(sequence: 2, flags: .ended)
        node.give(.event(.roster(roster.bytes)))
        #expect(node.node.membership == nil)
        #expect(node.takeEffects().contains(.store(.forgetParty)))
    }

    @Test("on return only the host's signed roster takes this machine out, a server's word does not")
    func outOnReturn() throws {
        let begin = ControlRequest.begin(identity: anna.identity.publicKey, g0: nil)
        var node = try told(ben)
        for word in [Refusal.kicked, .ended, .closed] {
            node.give(.control(.heartbeat, .refused(.unauthorised)))
            node.give(.control(begin, .refused(.rule(word))))
            #expect(peers(node) == [ben.id])
        }
        let row = Roster.Member(identity: anna.identity.publicKey, status: .kicked)
        let roster = try party.roster(sequence: 2, members: [party.hostRow, row])
        node.give(.control(.heartbeat, .refused(.unauthorised)), at: at(10_000))
        let begun = Begun(
            nonce: TestServer.nonce, keyHash: TestParty.keyHash, roster: roster.bytes, ipv4: anna.ipv4)
        node.give(.control(begin, .begun(begun)), at: at(10_000))
        #expect(node.node.membership == nil)
        #expect(node.takeEffects().contains(.store(.forgetParty)))
    }

    @Test("a forked roster is told and not taken")
    func forked() throws {
        var node = try told(ben)
        _ = node.take()
        node.give(.event(.roster(try party.roster(name: "another night").bytes)))
        #expect(node.takeEvents() == ["a roster was refused: \(Refusal.fork)"])
        #expect(peers(node) == [ben.id])
    }

    @Test("a bearer that has expired is renewed by joining again; a server that is away is tried again")
    func rejoins() throws {
        var node = try told(ben)
        node.give(.control(.heartbeat, .refused(.unauthorised)), at: at(1_000))
        let begin = ControlRequest.begin(identity: anna.identity.publicKey, g0: nil)
        #expect(node.takeRequests().last == begin)
        node.give(.control(begin, .refused(.unreachable("no route"))), at: at(2_000))
        #expect(!node.takeRequests().contains(begin))
        node.timeOut(at: at(9_500))
        #expect(node.takeRequests().contains(begin))
        #expect(peers(node) == [ben.id])
    }

    @Test("a token renewed by the control server goes to the relay in the registration that stands")
    func renewedToken() throws {
        var node = try told()
        let key = try KeyAgreement.publicKey(of: Bytes32(SeededRandom.bytes(seed: 31, 32).span, at: 0))
        let info = RelayInfo(key: key, endpoints: [end("203.0.113.5:51822")], region: "Berlin")
        let issuer = try SigningKey(seed: Bytes32(SeededRandom.bytes(seed: 32, 32).span, at: 0))
        var counters: [UInt64] = []
        for expiry in [1_800_000_000, 1_800_000_060] as [UInt64] {
            let token = RelayToken.make(scope: party.keys.scope, wg: anna.wg, expiry: expiry, signer: issuer)
            node.give(.control(.relays, .relays([info], token: token.encode())))
            _ = node.take()
            node.timeOut(at: at(counters.isEmpty ? 400 : 2_000))
            for case .transmit(let bytes, _) in node.take() {
                guard let hello = try? Hello.decode(bytes.span) else { continue }
                #expect(hello.token == token)
                counters.append(hello.counter)
            }
        }
        #expect(counters.count == 2)
        #expect(counters == counters.sorted())
        #expect(counters.first != counters.last)
    }
}
