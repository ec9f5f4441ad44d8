import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("What a node leaves for others")
struct NodeReachTests {
    let party: TestParty
    let anna: TestPerson
    let ben: TestPerson
    let cleo: TestPerson

    init() throws { (party, anna, ben, cleo) = (try TestParty(), try .anna(), try .ben(), try .cleo()) }

    private func told(_ people: TestPerson...) throws -> TestNode {
        var node = try TestNode.member(anna, of: party)
        for person in people { node.give(.event(.peer(TestServer.info(try party.card(person))))) }
        return node
    }

    private func updates(_ node: inout TestNode) -> [PeerUpdate] {
        node.takeRequests().compactMap { if case .updatePeer(let update) = $0 { update } else { nil } }
    }

    @Test("new addresses go in one request, sealed for each peer, and each can open its own and no other's")
    func sealedForEach() throws {
        var node = try told(ben, cleo)
        _ = node.take()
        node.give(.network(LocalNetwork(addresses: [address("192.0.2.8")], listenPort: 51820)), at: at(10_000))
        node.timeOut(at: at(10_100))
        let update = try #require(updates(&node).first { $0.nat != nil })
        #expect(update.candidates.map(\.peer) == [ben.id, cleo.id].sorted())
        for person in [ben, cleo] {
            var membership = try party.membership(of: person)
            _ = try membership.accept(party.card(anna))
            for entry in update.candidates {
                var session = try CheckSession(membership: membership, peer: membership.members[0], incarnation: 1)
                let opened = try? session.open(entry.check.span)
                #expect((opened != nil) == (entry.peer == person.id))
                guard let opened else { continue }
                let list = try CandidateList(fields: opened.ext)
                #expect(list.candidates.contains { $0.endpoint == end("192.0.2.8:51820") })
            }
        }
    }

    @Test("a newcomer finds candidates with its first list: they are left as soon as it is known")
    func newcomer() throws {
        var node = try told(ben)
        _ = node.take()
        node.give(.event(.peer(TestServer.info(try party.card(cleo)))), at: at(5_000))
        #expect(updates(&node).flatMap { $0.candidates.map(\.peer) } == [cleo.id])
    }

    @Test("candidates found with the list of peers begin the checks")
    func found() throws {
        var other = try party.membership(of: ben)
        _ = try other.accept(party.card(anna))
        var session = try CheckSession(membership: other, peer: other.members[0], incarnation: 1)
        var step = Step(now: at(0), random: SeededRandom(seed: 3))
        let place = end("198.51.100.77:40000")
        let list = CandidateList(
            nat: 1, mapping: 1, filtering: 1, candidates: [Candidate(kind: .host, endpoint: place)])
        let left = session.seal(
            CheckMessage(.candidates, transaction: 1, fields: list.fields), roster: other.roster, &step)
        var info = TestServer.info(try party.card(ben))
        info.candidates = left
        var node = try TestNode.member(anna, of: party)
        node.give(.control(.getPeers, .peers([info])))
        node.timeOut(at: at(100))
        #expect(node.take().contains { if case .transmit(_, place) = $0 { true } else { false } })
    }

    @Test("while the control plane is away nothing is left there")
    func away() throws {
        var node = try told(ben)
        node.give(.controlReachable(false), at: at(1_000))
        _ = node.take()
        node.give(.network(LocalNetwork(addresses: [address("192.0.2.8")], listenPort: 51820)), at: at(10_000))
        node.timeOut(at: at(10_100))
        #expect(updates(&node).isEmpty)
    }

    @Test("a datagram leaves what all pairs are given as it is; what changes it makes it anew")
    func kept() throws {
        var node = try told(ben)
        node.give(.datagram([1, 2, 3], from: end("198.51.100.3:1")))
        #expect(node.node.surroundings != nil)
        let before = node.node.surroundings?.ownCandidates
        node.give(.network(LocalNetwork(addresses: [address("192.0.2.9")], listenPort: 51820)))
        #expect(node.node.surroundings?.ownCandidates != before)
    }

    @Test("a member that vanished reads as failed or away, and when it was last heard; it goes with the server's list")
    func ghost() throws {
        var node = try told(ben)
        for second in stride(from: Int64(0), through: 120, by: 1) { node.timeOut(at: at(second * 1_000)) }
        func status() -> PeerStatus? { node.node.snapshot(now: at(120_000)).peers.first }
        #expect(status()?.state == .failed)
        #expect(status()?.lastError == "no path was found, not heard since this node has started")
        var info = TestServer.info(try party.card(ben))
        info.away = true
        node.give(.event(.peer(info)), at: at(120_000))
        #expect(status()?.state == .away)
        var session: CheckSession
        do {
            var other = try party.membership(of: ben)
            _ = try other.accept(party.card(anna))
            session = try CheckSession(membership: other, peer: other.members[0], incarnation: 1)
        }
        var step = Step(now: at(0), random: SeededRandom(seed: 3))
        let ping = session.seal(CheckMessage(.ping, transaction: 1), roster: try party.roster(), &step)
        node.give(.datagram(ping, from: end("198.51.100.3:1")), at: at(120_000))
        #expect(
            node.node.snapshot(now: at(420_000)).peers.first?.lastError == "no path was found, last heard 5 min ago")
        node.give(.control(.getPeers, .peers([])), at: at(421_000))
        #expect(node.node.snapshot(now: at(421_000)).peers.isEmpty)
    }
}
