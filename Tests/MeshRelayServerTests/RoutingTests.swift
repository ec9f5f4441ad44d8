import MeshWire
import Testing

@testable import MeshRelayServer

/// Two members of one party, a third of another, and what reaches whom.
@Suite struct RoutingTests {
    var relay: TestRelay
    var alice: TestMachine
    var bob: TestMachine
    let atAlice = TestRelay.place(1)
    let atBob = TestRelay.place(2)
    let foreign = Scope([UInt8](repeating: 0xf0, count: 16).span, at: 0)

    init() throws {
        relay = try TestRelay()
        (alice, bob) = (try TestMachine(1), try TestMachine(2))
    }

    private func row(_ peer: TestMachine, _ index: ReceiverIndex, scope: Scope? = nil) -> Hello.Row {
        Hello.Row(peerTag: peer.tag(scope ?? relay.scope), index: index)
    }

    @Test("a client's row brings it its peer's packets, unchanged")
    mutating func row() throws {
        try relay.register(&alice, at: atAlice)
        try relay.register(&bob, at: atBob, rows: [row(alice, 0xb0b)])
        let packet = TestPackets.data(0xb0b, size: 1_440)
        #expect(relay.send(packet, from: atAlice) == .forward(packet, to: atBob))
        #expect(relay.send(packet, from: atBob) == .drop(.index))
    }

    @Test("a row told before its peer has come counts once the peer is there")
    mutating func early() throws {
        try relay.register(&bob, at: atBob, rows: [row(alice, 0xb0b)])
        #expect(relay.send(TestPackets.data(0xb0b), from: atAlice) == .drop(.unregistered))
        try relay.register(&alice, at: atAlice)
        #expect(relay.send(TestPackets.data(0xb0b), from: atAlice) == .forward(TestPackets.data(0xb0b), to: atBob))
    }

    @Test("each HELLO replaces the rows of the one before")
    mutating func replaced() throws {
        try relay.register(&alice, at: atAlice)
        try relay.register(&bob, at: atBob, rows: [row(alice, 1), row(alice, 2)])
        #expect(relay.send(TestPackets.data(1), from: atAlice) == .forward(TestPackets.data(1), to: atBob))
        try relay.register(&bob, at: atBob, rows: [row(alice, 2), row(alice, 3)])
        let reached = (1...3).map { relay.send(TestPackets.data($0), from: atAlice) }
        #expect(
            reached == [
                .drop(.index), .forward(TestPackets.data(2), to: atBob), .forward(TestPackets.data(3), to: atBob),
            ])
    }

    @Test("a HELLO from a new address moves all rows")
    mutating func moved() throws {
        let elsewhere = TestRelay.place(77, 4_000)
        try relay.register(&alice, at: atAlice, rows: [row(bob, 0xa)])
        try relay.register(&bob, at: atBob, rows: [row(alice, 0xb)])
        #expect(relay.send(TestPackets.data(0xb), from: atAlice) == .forward(TestPackets.data(0xb), to: atBob))
        #expect(relay.send(TestPackets.data(0xa), from: atBob) == .forward(TestPackets.data(0xa), to: atAlice))
        try relay.register(&bob, at: elsewhere, rows: [row(alice, 0xb)])
        #expect(relay.send(TestPackets.data(0xb), from: atAlice) == .forward(TestPackets.data(0xb), to: elsewhere))
        #expect(relay.send(TestPackets.data(0xa), from: elsewhere) == .forward(TestPackets.data(0xa), to: atAlice))
        #expect(relay.send(TestPackets.data(0xa), from: atBob) == .drop(.unregistered))
    }

    @Test("a row that another live client holds stays with it and is named as a conflict")
    mutating func conflict() throws {
        var carol = try TestMachine(3)
        try relay.register(&alice, at: atAlice)
        try relay.register(&bob, at: atBob, rows: [row(alice, 7)])
        let ok = try relay.register(&carol, at: TestRelay.place(3), rows: [row(alice, 6), row(alice, 7)])
        #expect(ok.conflicts == [7])
        #expect(relay.send(TestPackets.data(7), from: atAlice) == .forward(TestPackets.data(7), to: atBob))
        #expect(
            relay.send(TestPackets.data(6), from: atAlice)
                == .forward(TestPackets.data(6), to: TestRelay.place(3)))
    }

    @Test("a row is free again when its holder is gone")
    mutating func conflictEnds() throws {
        var carol = try TestMachine(3)
        try relay.register(&bob, at: atBob, rows: [row(alice, 7)])
        relay.pass(seconds: 30)
        try relay.register(&alice, at: atAlice)
        #expect(relay.send(TestPackets.data(7), from: atAlice) == .forward(TestPackets.data(7), to: atBob))
        relay.pass(seconds: 16)
        #expect(try relay.register(&carol, at: TestRelay.place(3), rows: [row(alice, 7)]).conflicts == [])
        let reached = relay.send(TestPackets.data(7), from: atAlice)
        #expect(reached == .forward(TestPackets.data(7), to: TestRelay.place(3)))
    }

    @Test("the same index for different peers is no conflict")
    mutating func sameIndex() throws {
        var carol = try TestMachine(3)
        try relay.register(&alice, at: atAlice, rows: [row(bob, 7)])
        try relay.register(&carol, at: TestRelay.place(3))
        #expect(try relay.register(&bob, at: atBob, rows: [row(alice, 7), row(carol, 7)]).conflicts == [])
        #expect(relay.send(TestPackets.data(7), from: atAlice) == .forward(TestPackets.data(7), to: atBob))
        #expect(relay.send(TestPackets.data(7), from: atBob) == .forward(TestPackets.data(7), to: atAlice))
    }

    @Test("another scope's members reach nobody")
    mutating func foreignScope() throws {
        try relay.register(&alice, at: atAlice, token: relay.token(alice, scope: foreign))
        try relay.register(&bob, at: atBob, rows: [row(alice, 7), row(alice, 8, scope: foreign)])
        #expect(relay.send(TestPackets.data(7), from: atAlice) == .drop(.index))
        #expect(relay.send(TestPackets.data(8), from: atAlice) == .drop(.index))
        #expect(relay.send(TestPackets.initiation(sender: 1, to: bob.wg), from: atAlice) == .drop(.responder))
    }

    @Test("the same scope under another issuer is another table")
    mutating func foreignIssuer() throws {
        let other = try TestRelay.issuer(2)
        relay.rules.setTrust([relay.issuer.publicKey, other.publicKey])
        try relay.register(&alice, at: atAlice, token: relay.token(alice, issuer: other))
        try relay.register(&bob, at: atBob, rows: [row(alice, 7)])
        #expect(relay.send(TestPackets.data(7), from: atAlice) == .drop(.index))
    }

    @Test("one address in two scopes reaches the members of both, and outlives the older one")
    mutating func twoScopes() throws {
        var carol = try TestMachine(3)
        try relay.register(&alice, at: atAlice)
        try relay.register(&bob, at: atBob, rows: [row(alice, 7)])
        relay.pass(seconds: 20)
        try relay.register(&alice, at: atAlice, token: relay.token(alice, scope: foreign))
        try relay.register(
            &carol, at: TestRelay.place(3), token: relay.token(carol, scope: foreign),
            rows: [row(alice, 8, scope: foreign)])
        #expect(relay.send(TestPackets.data(7), from: atAlice) == .forward(TestPackets.data(7), to: atBob))
        let toCarol = RelayAnswer.forward(TestPackets.data(8), to: TestRelay.place(3))
        #expect(relay.send(TestPackets.data(8), from: atAlice) == toCarol)
        relay.pass(seconds: 30)
        #expect(relay.send(TestPackets.data(7), from: atAlice) == .drop(.index))
        #expect(relay.send(TestPackets.data(8), from: atAlice) == toCarol)
    }

    @Test("a machine that tells the same rows in two scopes is no conflict with itself, and neither end of one cuts it")
    mutating func sameRowTwice() throws {
        for scope in [relay.scope, foreign] {
            try relay.register(&alice, at: atAlice, token: relay.token(alice, scope: scope))
            let ok = try relay.register(
                &bob, at: atBob, token: relay.token(bob, scope: scope), rows: [row(alice, 7, scope: scope)])
            #expect(ok.conflicts == [])
            relay.pass(seconds: 20)
        }
        relay.pass(seconds: 10)
        #expect(relay.rules.counters.clients == 4)
        #expect(relay.send(TestPackets.data(7), from: atAlice) == .forward(TestPackets.data(7), to: atBob))
        #expect(relay.rules.counters.clients == 2)
    }

    @Test("another machine's row for an index that a shared peer already sends to in its other scope is a conflict")
    mutating func conflictAcrossScopes() throws {
        var carol = try TestMachine(3)
        try relay.register(&alice, at: atAlice)
        try relay.register(&alice, at: atAlice, token: relay.token(alice, scope: foreign))
        try relay.register(&bob, at: atBob, rows: [row(alice, 7)])
        let ok = try relay.register(
            &carol, at: TestRelay.place(3), token: relay.token(carol, scope: foreign),
            rows: [row(alice, 7, scope: foreign)])
        #expect(ok.conflicts == [7])
        #expect(relay.send(TestPackets.data(7), from: atAlice) == .forward(TestPackets.data(7), to: atBob))
    }

    @Test("a relay that has lost everything serves a running session after one HELLO of each end")
    mutating func restart() throws {
        try relay.register(&alice, at: atAlice, rows: [row(bob, 0xa)])
        try relay.register(&bob, at: atBob, rows: [row(alice, 0xb)])
        relay = try TestRelay()
        #expect(relay.send(TestPackets.data(0xb), from: atAlice) == .drop(.unregistered))
        try relay.register(&alice, at: atAlice, rows: [row(bob, 0xa)])
        try relay.register(&bob, at: atBob, rows: [row(alice, 0xb)])
        #expect(relay.send(TestPackets.data(0xb), from: atAlice) == .forward(TestPackets.data(0xb), to: atBob))
        #expect(relay.send(TestPackets.data(0xa), from: atBob) == .forward(TestPackets.data(0xa), to: atAlice))
    }
}
