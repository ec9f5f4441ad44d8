import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("Cards that take another member's place")
struct NodeReplacementTests {
    let party: TestParty
    let anna: TestPerson
    let ben: TestPerson

    init() throws { (party, anna, ben) = (try TestParty(), try .anna(), try .ben()) }

    /// Anna's node, whose pair with Ben is connected.
    private func connected() throws -> TestNode {
        var node = try TestNode.member(anna, of: party)
        node.give(.event(.peer(TestServer.info(try party.card(ben)))))
        node.node.peers[0].phase = .connected
        _ = node.take()
        return node
    }

    private func peers(_ node: TestNode) -> [PeerID] { node.node.peers.map(\.id) }

    /// A card with the group's signature that has Ben's address, or his key.
    private func taker(_ what: String) throws -> (person: TestPerson, card: Card) {
        let person = try TestPerson(
            "cleo", seed: 50, ipv4: what == "address" ? ben.ipv4 : TestParty.subnet + 9)
        return (person, try party.card(person, wg: what == "key" ? ben.wg : nil))
    }

    @Test(
        "who is connected is not replaced because a list or an event says so",
        arguments: ["address", "key"], [true, false])
    func stays(what: String, isList: Bool) throws {
        var node = try connected()
        let (cleo, card) = try taker(what)
        let info = TestServer.info(card)
        node.give(isList ? .control(.getPeers, .peers([info])) : .event(.peer(info)))
        #expect(peers(node) == [ben.id])
        let outputs = node.take()
        #expect(!outputs.contains(.effect(.removePeer(ben.wg))))
        #expect(!outputs.contains(.effect(.store(.forgetCard(ben.id)))))
        #expect(outputs.contains { if case .event(let event) = $0 { event.subject == "cleo" } else { false } })
        // Told again, it is not said again.
        node.give(.event(.peer(info)), at: at(1_000))
        #expect(node.takeEvents() == [])
        // The path is silent: the server's word counts now.
        node.node.peers[0].phase = .reconnecting
        node.give(.controlReachable(true), at: at(20_000))
        #expect(peers(node) == [cleo.id])
        #expect(node.node.waiting.isEmpty)
    }

    @Test("a member that the server still lists keeps its place though its path is silent")
    func listed() throws {
        var node = try connected()
        let (_, card) = try taker("address")
        node.give(.event(.peer(TestServer.info(card))))
        node.give(.control(.getPeers, .peers([try party.card(ben), card].map(TestServer.info))), at: at(1_000))
        node.node.peers[0].phase = .reconnecting
        node.give(.controlReachable(true), at: at(2_000))
        #expect(peers(node) == [ben.id])
    }

    @Test("a card that waits is dropped when the next list doesn't hold it any more")
    func dropped() throws {
        var node = try connected()
        let (_, card) = try taker("key")
        node.give(.event(.peer(TestServer.info(card))))
        #expect(node.node.waiting.count == 1)
        node.give(.control(.getPeers, .peers([TestServer.info(try party.card(ben))])))
        #expect(node.node.waiting.isEmpty)
        #expect(!node.node.peers[0].hasLeft)
    }

    @Test("cards that wait are bounded, and those without the group's signature don't wait at all")
    func bounded() throws {
        var node = try connected()
        for number in 0..<100 {
            let person = try TestPerson("p\(number)", seed: UInt64(1_000 + number), ipv4: ben.ipv4)
            node.give(.event(.peer(TestServer.info(try party.card(person)))))
        }
        #expect(node.node.waiting.count == 32)
        var stranger = try connected()
        let other = try TestParty(seed: 9)
        let forged = try Card.make(
            party: party.party, keys: other.keys, sequence: 9, identity: TestPerson.cleo().identity, wg: ben.wg,
            ipv4: ben.ipv4, name: "cleo")
        stranger.give(.event(.peer(TestServer.info(forged))))
        #expect(stranger.node.waiting.isEmpty)
        #expect(!stranger.node.peers[0].hasLeft)
    }

    // MARK: - The host

    private func hostState(_ node: TestNode) -> PartyStatus.HostState? {
        node.node.snapshot(now: at(0)).parties.first?.hostState
    }

    @Test("that the host has left is told once, by its farewell or by a list without it, and so is its return")
    func hostLeaves() throws {
        let host = try TestPerson("host", seed: 77, ipv4: TestParty.subnet + 5)
        let row = Roster.Member(identity: host.identity.publicKey, status: .host, ipv4: host.ipv4)
        let roster = try party.roster(members: [row])
        for isFarewell in [true, false] {
            var node = try TestNode.member(anna, of: party, roster: roster)
            let info = TestServer.info(try party.card(host))
            node.give(.control(.getPeers, .peers([info])))
            #expect(hostState(node) == .here)
            var away = info
            away.away = true
            node.give(.event(.peer(away)))
            #expect(hostState(node) == .away)
            _ = node.take()
            node.give(isFarewell ? .event(.left(host.id)) : .control(.getPeers, .peers([])))
            #expect(hostState(node) == .left)
            #expect(node.takeEvents().filter { $0.hasPrefix("its host has left") }.count == 1)
            node.give(.control(.getPeers, .peers([])))
            #expect(node.takeEvents() == [])
            node.give(.event(.peer(info)))
            #expect(hostState(node) == .here)
            #expect(node.takeEvents().contains("its host is back"))
        }
    }

    @Test("the host itself is here")
    func hostIsHere() throws {
        let row = Roster.Member(identity: anna.identity.publicKey, status: .host, ipv4: anna.ipv4)
        var node = try TestNode.member(anna, of: party, roster: party.roster(members: [row]))
        node.give(.control(.getPeers, .peers([])))
        #expect(hostState(node) == .here)
        #expect(node.takeEvents() == [])
    }
}
