import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("Finding out what NAT there is")
struct NATTraversalTests {
    static let one = STUNServer(endpoint: end("198.51.100.1:3478"), operator: "one")
    static let other = STUNServer(endpoint: end("203.0.113.1:3478"), operator: "other")
    static let sameHouse = STUNServer(endpoint: end("203.0.113.2:3478"), operator: "one")
    static let network = LocalNetwork(addresses: [address("192.168.1.2")], listenPort: 51820)

    /// (who answers and what it saw, type, assumed, mapping)
    static let classes: [([(STUNServer, String)], NATType, Bool, NATBehaviour)] = [
        ([], .unknown, true, .unknown),  // nobody answers
        ([(one, "192.0.2.7:4000")], .portRestrictedCone, true, .unknown),  // one word is not enough
        ([(one, "192.0.2.7:4000"), (other, "192.0.2.7:4000")], .portRestrictedCone, true, .endpointIndependent),
        ([(one, "192.0.2.7:4000"), (other, "192.0.2.7:4001")], .symmetric, false, .addressAndPortDependent),
        ([(one, "192.0.2.7:4000"), (sameHouse, "192.0.2.7:4001")], .symmetric, true, .addressAndPortDependent),
        ([(one, "192.168.1.2:51820"), (other, "192.168.1.2:51820")], .open, true, .endpointIndependent),
        ([(one, "192.168.1.2:51820"), (other, "192.168.1.2:9")], .symmetric, false, .addressAndPortDependent),
    ]

    @Test("the answers of several servers make the type", arguments: classes)
    func classify(answers: [(STUNServer, String)], type: NATType, assumed: Bool, mapping: NATBehaviour) {
        let status = NATTraversal.classify(
            answers.map { NATTraversal.Answer(server: $0.0, mapped: end($0.1)) }, network: Self.network)
        #expect(status.type == type)
        #expect(status.assumed == assumed)
        #expect(status.mapping == mapping)
    }

    @Test(
        "what two servers have shown holds while one of them answers", arguments: ["192.0.2.7:4000", "192.0.2.7:5000"])
    func oneLeft(later: String) throws {
        var (nat, sent) = asked()
        func answer(_ request: [UInt8], _ server: STUNServer, _ mapped: String, at now: Instant) throws {
            let success = STUNMessage.bindingSuccess(for: request.span, mapped: end(mapped))
            var step = Step(now: now, random: SeededRandom(seed: 3))
            let bytes = try #require(success)
            _ = nat.received(bytes.span, from: server.endpoint, &step)
        }
        try answer(sent[0].bytes, Self.one, "192.0.2.7:4000", at: at(10))
        try answer(sent[1].bytes, Self.other, "192.0.2.7:4001", at: at(10))
        #expect(nat.status.type == .symmetric)
        var now = at(10)
        while nat.status.publicEndpoints.count == 2, now < at(120_000) {
            now = try #require(nat.deadline)
            var step = Step(now: now, random: SeededRandom(seed: 4))
            _ = nat.handleTimeout(&step)
            let asked = step.datagrams.first { $0.to == Self.one.endpoint }?.bytes
            if let asked { try answer(asked, Self.one, later, at: now) }
        }
        #expect(nat.status.type == .symmetric)
        #expect(nat.status.publicEndpoints == [end(later)])
    }

    private func asked() -> (NATTraversal, [(bytes: [UInt8], to: Endpoint)]) {
        var nat = NATTraversal()
        var step = Step(now: Instant(), random: SeededRandom(seed: 1))
        nat.networkChanged(Self.network, &step)
        nat.serversChanged([Self.other, Self.one], &step)
        return (nat, step.datagrams)
    }

    @Test("all servers are asked at once")
    func asksAll() {
        let (_, sent) = asked()
        #expect(sent.map(\.to) == [Self.one.endpoint, Self.other.endpoint])
    }

    @Test("an answer counts only from the server asked, with its transaction")
    func strangers() throws {
        var (nat, sent) = asked()
        let mapped = end("192.0.2.7:4000")
        let request = sent[0].bytes
        let success = STUNMessage.bindingSuccess(for: request.span, mapped: mapped)
        let answer = try #require(success)
        func received(from source: Endpoint) -> Bool {
            var step = Step(now: Instant(), random: SeededRandom(seed: 2))
            return nat.received(answer.span, from: source, &step)
        }
        let fromStranger = received(from: Self.other.endpoint)
        #expect(!fromStranger)
        #expect(nat.status.type == .unknown)
        let fromServer = received(from: Self.one.endpoint)
        #expect(fromServer)
        let repeated = received(from: Self.one.endpoint)
        #expect(!repeated)
        #expect(nat.status.publicEndpoints == [mapped])
    }

    @Test("a request is repeated as RFC 8489 §6.2.1 has it: after 500 ms, doubling, seven in all")
    func retransmission() {
        var query = {
            var step = Step(now: Instant(), random: SeededRandom(seed: 3))
            return STUNQuery(server: Self.one, &step)
        }()
        var times: [Double] = [0]
        var gaveUp: Double?
        while let due = query.deadline, gaveUp == nil {
            var step = Step(now: due, random: SeededRandom(seed: 4))
            if query.retransmit(&step) {
                times.append((due - Instant()).milliseconds)
            } else {
                gaveUp = (due - Instant()).milliseconds
            }
        }
        #expect(times == [0, 500, 1_500, 3_500, 7_500, 15_500, 31_500])
        #expect(gaveUp == 39_500)
    }

    @Test("a server that falls silent is forgotten, and the type with it")
    func silence() throws {
        var (nat, sent) = asked()
        var step = Step(now: Instant(), random: SeededRandom(seed: 5))
        for (index, server) in [Self.one, Self.other].enumerated() {
            let request = sent[index].bytes
            let success = STUNMessage.bindingSuccess(for: request.span, mapped: end("192.0.2.7:4000"))
            let answer = try #require(success)
            _ = nat.received(answer.span, from: server.endpoint, &step)
        }
        #expect(nat.status.type == .portRestrictedCone)
        for _ in 0..<40 where nat.status.type != .unknown {
            let due = try #require(nat.deadline)
            var later = Step(now: due, random: SeededRandom(seed: 6))
            _ = nat.handleTimeout(&later)
        }
        #expect(nat.status.type == .unknown)
    }
}
