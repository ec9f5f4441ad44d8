import MeshWire
import Testing

@testable import MeshRelayServer

@Suite struct HostileDatagramTests {
    @Test("whatever comes, nothing traps, no answer is larger than its question, and only members get something sent")
    func mutations() throws {
        var relay = try TestRelay()
        var (alice, bob) = (try TestMachine(1), try TestMachine(2))
        let (atAlice, atBob) = (TestRelay.place(1), TestRelay.place(2))
        let row = Hello.Row(peerTag: alice.tag(relay.scope), index: 0xb)
        try relay.register(&alice, at: atAlice)
        try relay.register(&bob, at: atBob, rows: [row])
        let seeds = [
            try alice.hello(relay.token(alice), to: relay.rules.publicKey, rows: [row, row]),
            TestPackets.data(0xb), TestPackets.initiation(sender: 1, to: bob.wg),
            TestPackets.response(sender: 1, receiver: 0xb), TestPackets.cookieReply(receiver: 0xb),
            TestPackets.check(from: alice.tag(relay.scope), to: bob.tag(relay.scope)),
            STUNMessage.bindingRequest(transaction: TransactionID(1, 2, 3)),
        ]
        var random = SeededNumbers(42)
        var (larger, astray) = (0, 0)
        for round in 0..<20_000 {
            var bytes = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if Bool.random(using: &random) {
                bytes = [UInt8](bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
            }
            let source = [atAlice, TestRelay.place(50)].randomElement(using: &random) ?? atAlice
            relay.now += 10_000_000
            switch relay.send(bytes, from: source) {
            case .reply(let answer): if answer.count > bytes.count { larger += 1 }
            case .forward(_, let destination): if source != atAlice || destination != atBob { astray += 1 }
            case .drop: break
            }
            if round % 2_000 == 0 {
                try relay.register(&alice, at: atAlice)
                try relay.register(&bob, at: atBob, rows: [row])
            }
        }
        #expect(larger == 0)
        #expect(astray == 0)
        #expect(relay.rules.counters.forwarded > 1_000)
    }

    @Test("the longest OK is shorter than the shortest HELLO that can bring it about")
    mutating func longestAnswer() throws {
        var relay = try TestRelay()
        var (alice, bob) = (try TestMachine(1), try TestMachine(2))
        let rows = (0..<62).map { Hello.Row(peerTag: Bytes8(1), index: $0) }
        try relay.register(&bob, at: TestRelay.place(2), rows: rows)
        let ok = try relay.register(&alice, at: TestRelay.place(1), rows: rows)
        #expect(ok.conflicts.count == 62)
        #expect(ok.encode(key: Bytes32()).count <= RelayRules.replySize)
        #expect(ok.encode(key: Bytes32()).count < 210 + 12 * 62)
    }
}
