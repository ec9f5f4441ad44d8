import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("What a peer may make a machine do")
struct PeerBudgetTests {
    /// How many of so many checks may leave at once.
    private func count(_ budget: inout PeerBudget, _ ends: [Endpoint], at now: Instant) -> Int {
        ends.count { budget.takeCheck(to: $0, at: now) }
    }

    private func ports(_ count: Int, of text: String = "198.18.0.1") -> [Endpoint] {
        (1...count).map { Endpoint(address(text), UInt16($0)) }
    }

    @Test("one address gets 20 checks and two a second, whatever the port")
    func oneAddress() {
        var budget = PeerBudget()
        let counts = [0, 400, 500, 1_000, 60_000].map { count(&budget, ports(50), at: at($0)) }
        #expect(counts == [20, 0, 1, 1, 20])
    }

    @Test("all addresses together get 130 checks and ten a second")
    func allAddresses() {
        var budget = PeerBudget()
        let ends = (0..<500).map { Endpoint(IPAddress(v4: 0xc612_0000 + UInt32($0)), 9) }
        let counts = [0, 99, 100, 1_000].map { count(&budget, ends, at: at($0)) }
        #expect(counts == [130, 0, 1, 9])
    }

    @Test("a refused check says when it may leave, and then it may")
    func nextCheck() {
        var budget = PeerBudget()
        _ = count(&budget, ports(20), at: at(0))
        let end = ports(21)[20]
        #expect(budget.nextCheck(to: end) == at(500))
        let turns = [499, 500].map { budget.takeCheck(to: end, at: at($0)) }
        #expect(turns == [false, true])
    }

    @Test("an endpoint that has answered costs nothing for ten minutes, its neighbours still do")
    func proven() {
        var budget = PeerBudget()
        let ends = ports(2)
        budget.proved(ends[0], at: at(0))
        let many = [Endpoint](repeating: ends[0], count: 1_000)
        let counts = [
            count(&budget, many, at: at(600_000)), count(&budget, many, at: at(600_001)),
            count(&budget, [Endpoint](repeating: ends[1], count: 1_000), at: at(600_001)),
        ]
        #expect(counts == [1_000, 20, 0])
    }

    @Test("answers to unproven endpoints are counted apart: 50 at once and 50 a second")
    func answers() {
        var budget = PeerBudget()
        _ = count(&budget, ports(20), at: at(0))
        let counts = [0, 19, 20, 1_020].map { now in ports(200).count { budget.takeAnswer(to: $0, at: at(now)) } }
        #expect(counts == [50, 0, 1, 50])
    }

    @Test("where the budget is short the candidate with the fewest pings goes first")
    func fewestFirst() throws {
        var pair = try PairCarrier(relay: false)
        pair.cut = [.direct]
        let fields = CandidateList(
            nat: 1, mapping: 1, filtering: 1, candidates: ports(13).map { Candidate(kind: .host, endpoint: $0) }
        ).fields
        var session = try TestPair().session(ofChooser: true, incarnation: 2)
        var random = SeededRandom(seed: 62)
        for second in 0..<10 {
            pair.run(until: at(Int64(second) * 1_000))
            var step = Step(now: pair.now, random: random.fork())
            let roster = pair.ends[1].context.roster
            pair.deliver(
                session.seal(CheckMessage(.candidates, transaction: 1, fields: fields), roster: roster, &step),
                from: nil,
                to: 1)
        }
        pair.run(until: at(9_999))
        let counts = ports(13).map { pair.ends[1].count(to: $0) }
        #expect(counts.reduce(0, +) == 20 + 19)
        #expect(counts.max() == 3 && counts.min() == 3, "\(counts)")
    }

    @Test("a member that comes back, or has another key, finds its budget as it left it", arguments: [false, true])
    func outlivesThePair(hasNewKey: Bool) throws {
        let party = try TestParty()
        let ben = try TestPerson.ben()
        var node = try TestNode.member(.anna(), of: party)
        node.give(.event(.peer(TestServer.info(try party.card(ben)))))
        node.node.peers.update(at: 0) { pair in for _ in 0..<9 { pair.budget.lists.take(at: at(0)) } }
        if hasNewKey {
            let card = try party.card(ben, sequence: 1 << 32 | 2, wg: TestPerson.cleo().wg)
            node.give(.event(.peer(TestServer.info(card))))
            #expect(node.node.peers[0].member.card.wg == card.wg)
        } else {
            node.give(.event(.left(ben.id)))
            #expect(node.node.peers.isEmpty)
            node.give(.event(.peer(TestServer.info(try party.card(ben)))))
        }
        #expect(node.node.peers.map { $0.budget.lists.nextToken } == [at(1_000)])
    }
}
