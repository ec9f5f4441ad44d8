import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("A node's deadlines")
struct NodeDeadlineTests {
    /// A run of inputs that a seed has drawn, in virtual time.
    @Test("never stay in the past: after a timeout the next one lies ahead", arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func ahead(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let party = try TestParty()
        let people = try [TestPerson.ben(), .cleo()]
        var node = try TestNode.member(.anna(), of: party)
        let relay = try RelayInfo(
            key: KeyAgreement.publicKey(of: Bytes32(SeededRandom.bytes(seed: 31, 32).span, at: 0)),
            endpoints: [end("203.0.113.5:51822")], region: "Berlin")
        let stun = STUNServer(endpoint: end("198.51.100.1:3478"), operator: "one")
        let cards = try people.map { try party.card($0) }
        var now = at(0)
        for turn in 0..<400 {
            switch random.below(8) {
            case 0: node.give(.event(.peer(TestServer.info(cards[random.below(2)]))), at: now)
            case 1: node.give(.servers(stun: random.chance(0.5) ? [stun] : [], relays: [relay]), at: now)
            case 2:
                node.give(
                    .network(
                        LocalNetwork(
                            addresses: [IPAddress(v4: 0xc000_0200 + UInt32(random.below(4)))], listenPort: 51820)),
                    at: now)
            case 3: node.give(.controlReachable(random.chance(0.5)), at: now)
            case 4: node.give(.watched(random.chance(0.5)), at: now)
            case 5: node.give(.event(.left(people[random.below(2)].id)), at: now)
            case 6: now = now + random.duration(upTo: .seconds(40))
            default: break
            }
            for _ in 0..<random.below(4) {
                guard let due = node.node.nextDeadline else { break }
                now = max(now, due)
                node.timeOut(at: now)
                let next = node.node.nextDeadline
                #expect(next.map { $0 > now } ?? true, "turn \(turn)")
            }
        }
        #expect(now > at(10_000))
    }
}
