import MeshWire
import Testing

@testable import MeshRelayServer

/// What a relay learns by watching WireGuard's handshakes.
@Suite struct HandshakeTests {
    var relay: TestRelay
    var alice: TestMachine
    var bob: TestMachine
    let atAlice = TestRelay.place(1)
    let atBob = TestRelay.place(2)

    init() throws {
        relay = try TestRelay()
        (alice, bob) = (try TestMachine(1), try TestMachine(2))
        try relay.register(&alice, at: atAlice)
        try relay.register(&bob, at: atBob)
    }

    private mutating func passes(_ packet: [UInt8], from source: Endpoint, to destination: Endpoint) -> Bool {
        relay.send(packet, from: source) == .forward(packet, to: destination)
    }

    @Test("an initiation goes to whom its mac1 names, and from then on everything finds its way")
    mutating func handshake() throws {
        var carol = try TestMachine(3)
        try relay.register(&carol, at: TestRelay.place(3))
        #expect(passes(TestPackets.initiation(sender: 0xa, to: bob.wg), from: atAlice, to: atBob))
        #expect(passes(TestPackets.response(sender: 0xb, receiver: 0xa), from: atBob, to: atAlice))
        #expect(passes(TestPackets.data(0xb), from: atAlice, to: atBob))
        #expect(passes(TestPackets.data(0xa), from: atBob, to: atAlice))
        #expect(passes(TestPackets.cookieReply(receiver: 0xa), from: atBob, to: atAlice))
        #expect(relay.send(TestPackets.data(0xa), from: TestRelay.place(3)) == .drop(.index))
    }

    @Test("an initiation for somebody who isn't registered here is dropped")
    mutating func noResponder() throws {
        let stranger = try TestMachine(9)
        #expect(relay.send(TestPackets.initiation(sender: 1, to: stranger.wg), from: atAlice) == .drop(.responder))
        #expect(relay.send(TestPackets.initiation(sender: 1, to: alice.wg), from: atAlice) == .drop(.responder))
    }

    @Test("a response to an index that nobody has begun is dropped")
    mutating func noInitiation() {
        #expect(relay.send(TestPackets.response(sender: 2, receiver: 1), from: atBob) == .drop(.index))
    }

    @Test(
        "an unregistered source is met with silence",
        arguments: [
            TestPackets.data(7), TestPackets.response(sender: 1, receiver: 7), TestPackets.cookieReply(receiver: 7),
            TestPackets.check(from: Bytes8(1), to: Bytes8(2)), TestPackets.initiation(sender: 1, to: Bytes32()),
        ])
    mutating func unregistered(packet: [UInt8]) {
        #expect(relay.send(packet, from: TestRelay.place(99)) == .drop(.unregistered))
    }

    @Test("initiations of one source are searched at a limited rate, and others' still are")
    mutating func rate() throws {
        let stranger = try TestMachine(9)
        let answers = (0..<100).map { relay.send(TestPackets.initiation(sender: $0, to: stranger.wg), from: atAlice) }
        #expect(answers.count { $0 == .drop(.responder) } == Int(RelayLimits.handshakeBurst))
        #expect(answers.last == .drop(.rate))
        #expect(passes(TestPackets.initiation(sender: 0xb, to: alice.wg), from: atBob, to: atAlice))
        relay.pass(seconds: 1)
        #expect(passes(TestPackets.initiation(sender: 0xa, to: bob.wg), from: atAlice, to: atBob))
    }

    @Test("what was learned outlives a HELLO that doesn't know it yet")
    mutating func helloInBetween() throws {
        _ = relay.send(TestPackets.initiation(sender: 0xa, to: bob.wg), from: atAlice)
        try relay.register(&alice, at: atAlice)
        #expect(passes(TestPackets.response(sender: 0xb, receiver: 0xa), from: atBob, to: atAlice))
    }

    @Test("a session in use survives handshakes that nobody answers")
    mutating func retries() throws {
        _ = relay.send(TestPackets.initiation(sender: 0xa, to: bob.wg), from: atAlice)
        _ = relay.send(TestPackets.response(sender: 0xb, receiver: 0xa), from: atBob)
        #expect(passes(TestPackets.data(0xa), from: atBob, to: atAlice))
        for retry in 1...20 {
            _ = relay.send(TestPackets.initiation(sender: 0x100 + ReceiverIndex(retry), to: bob.wg), from: atAlice)
            relay.pass(seconds: 1)
        }
        #expect(passes(TestPackets.data(0xa), from: atBob, to: atAlice))
        #expect(passes(TestPackets.response(sender: 0xc, receiver: 0x114), from: atBob, to: atAlice))
        #expect(relay.send(TestPackets.response(sender: 0xd, receiver: 0x101), from: atBob) == .drop(.index))
    }

    @Test("what was learned ends with the session that it belongs to", arguments: [(189, true), (191, false)])
    mutating func sessionEnds(seconds: Int64, stands: Bool) throws {
        _ = relay.send(TestPackets.initiation(sender: 0xa, to: bob.wg), from: atAlice)
        for _ in 0..<seconds / 30 {
            relay.pass(seconds: 30)
            try relay.register(&alice, at: atAlice)
            try relay.register(&bob, at: atBob)
        }
        relay.pass(seconds: seconds % 30)
        try relay.register(&alice, at: atAlice)
        #expect(passes(TestPackets.data(0xa), from: atBob, to: atAlice) == stands)
    }

    @Test("a handshake doesn't take an index from the client that holds it")
    mutating func conflict() throws {
        var carol = try TestMachine(3)
        let row = Hello.Row(peerTag: bob.tag(relay.scope), index: 0xa)
        try relay.register(&carol, at: TestRelay.place(3), rows: [row])
        _ = relay.send(TestPackets.initiation(sender: 0xa, to: bob.wg), from: atAlice)
        #expect(passes(TestPackets.data(0xa), from: atBob, to: TestRelay.place(3)))
    }
}
