import MeshWire
import Testing

@testable import MeshRelayServer

/// Clients that keep the protocol's form and want others shut out. They own the addresses that they send from.
@Suite("A hostile client and the relay") struct HostileClientTests {
    /// HELLOs of fresh keys from one socket, as fast as the caller likes; each with a good cookie.
    private struct Crowd {
        let token: SigningKey
        let scope: Scope
        var next: UInt64

        init(_ number: UInt8) throws {
            token = try TestRelay.issuer(number)
            scope = Derivation.scope(group: token.publicKey)
            next = UInt64(number) << 32
        }

        /// Registers one more key at the address; what the relay did.
        mutating func register(at source: Endpoint, _ relay: inout TestRelay) throws -> RelayAnswer {
            next += 1
            var machine = try TestMachine(next)
            machine.cookie = relay.rules.cookies.cookie(for: source, wg: machine.wg)
            let token = RelayToken.make(scope: scope, wg: machine.wg, expiry: 0, signer: token)
            return relay.send(try machine.hello(token, to: relay.rules.publicKey), from: source)
        }
    }

    @Test("sixteen addresses that put out one key by the next close an open relay to nobody")
    func evictions() throws {
        var relay = try TestRelay(open: true, capacity: 32)
        var crowds = try (UInt8(10)..<26).map { try Crowd($0) }
        var honest = try TestMachine(1)
        let honestToken = { (relay: TestRelay, machine: TestMachine) throws in
            let group = try TestRelay.issuer(5)
            return RelayToken.make(
                scope: Derivation.scope(group: group.publicKey), wg: machine.wg, expiry: 0, signer: group)
        }
        for _ in 0..<30 {
            for number in crowds.indices {
                _ = try crowds[number].register(at: TestRelay.place(UInt32(number)), &relay)
            }
            relay.now += TestRelay.second / 10
        }
        // One live client each; what each has put out is its burst and one a second.
        #expect(relay.rules.counters.clients == 16)
        #expect(relay.rules.registry.gone.count <= 16 * (8 + 3))
        for number in UInt64(2)..<6 {
            var newcomer = try TestMachine(number)
            let ok = try relay.register(
                &newcomer, at: TestRelay.place(200 + UInt32(number)), token: try honestToken(relay, newcomer))
            #expect(ok.lifetime == 45)
        }
        // Nor to who was here and comes back.
        let place = TestRelay.place(100)
        #expect(try relay.register(&honest, at: place, token: try honestToken(relay, honest)).lifetime == 45)
        relay.pass(seconds: 60)
        #expect(try relay.register(&honest, at: place, token: try honestToken(relay, honest)).lifetime == 45)
    }

    @Test("when the memory of counters is emptied no recorded HELLO brings anybody back")
    func replayAfterForgetting() throws {
        var relay = try TestRelay(open: true, capacity: 4)
        var crowd = try Crowd(10)
        var victim = try TestMachine(1)
        let group = try TestRelay.issuer(5)
        let token = RelayToken.make(
            scope: Derivation.scope(group: group.publicKey), wg: victim.wg, expiry: 0, signer: group)
        let home = TestRelay.place(1)
        try relay.register(&victim, at: home, token: token)
        let recorded = try victim.hello(token, to: relay.rules.publicKey)
        _ = relay.send(recorded, from: home)
        relay.pass(seconds: 50)
        relay.rules.expire(now: relay.now)
        #expect(relay.send(recorded, from: home) == .drop(.replay))
        var round: UInt32 = 0
        while relay.rules.forgottenAt == nil, round < 40 {
            for host in UInt32(0)..<4 { _ = try crowd.register(at: TestRelay.place(50 + 4 * round + host), &relay) }
            relay.pass(seconds: 46)
            relay.rules.expire(now: relay.now)
            round += 1
        }
        #expect(relay.rules.forgottenAt != nil && relay.rules.registry.counter(of: ClientKey(token)) == nil)
        guard case .reply(let answer) = relay.send(recorded, from: home) else {
            Issue.record("a recorded HELLO was acted upon")
            return
        }
        #expect(answer.count == Challenge.size)
        #expect(try relay.register(&victim, at: home, token: token).lifetime == 45)
    }

    @Test("a HELLO recorded just before the memory of counters is emptied has no cookie that counts afterwards")
    func replayWithinTheCookiesTime() throws {
        var relay = try TestRelay(open: true, capacity: 4)
        var crowd = try Crowd(10)
        var victim = try TestMachine(1)
        let group = try TestRelay.issuer(5)
        let token = RelayToken.make(
            scope: Derivation.scope(group: group.publicKey), wg: victim.wg, expiry: 0, signer: group)
        let home = TestRelay.place(1)
        try relay.register(&victim, at: home, token: token)
        let recorded = try victim.hello(token, to: relay.rules.publicKey)
        _ = relay.send(recorded, from: home)
        relay.pass(seconds: 50)
        relay.rules.expire(now: relay.now)
        // The cookie alone would still do.
        #expect(relay.send(recorded, from: home) == .drop(.replay))
        for number in UInt32(0)..<40 where relay.rules.forgottenAt == nil {
            _ = try crowd.register(at: TestRelay.place(50 + number / 8), &relay)
            relay.now += TestRelay.second / 10
        }
        #expect(relay.rules.forgottenAt != nil && relay.rules.registry.counter(of: ClientKey(token)) == nil)
        guard case .reply(let answer) = relay.send(recorded, from: home) else {
            Issue.record("a recorded HELLO was acted upon")
            return
        }
        #expect(answer.count == Challenge.size)
    }

    @Test("a flood of HELLOs under wrong keys from one address delays no newcomer")
    func agreements() throws {
        var relay = try TestRelay()
        let source = TestRelay.place(9)
        var liar = try TestMachine(99)
        liar.cookie = relay.rules.cookies.cookie(for: source, wg: liar.wg)
        var forged = try liar.hello(relay.token(liar), to: relay.rules.publicKey)
        forged[forged.count - 1] ^= 1
        var refused = 0
        for number in UInt64(0)..<20 {
            // 20,000 a second.
            for _ in 0..<1_000 {
                if relay.send(forged, from: source) == .drop(.rate) { refused += 1 }
                relay.now += 50_000
            }
            var newcomer = try TestMachine(number + 1)
            #expect(try relay.register(&newcomer, at: TestRelay.place(20 + UInt32(number))).lifetime == 45)
        }
        #expect(refused > 19_000)
        #expect(relay.rules.counters[.mac] < 100)
    }

    @Test("a HELLO that repeats its rows leaves the routes of others alone")
    func repeatedRows() throws {
        var relay = try TestRelay()
        var (alice, bob) = (try TestMachine(1), try TestMachine(2))
        let row = Hello.Row(peerTag: alice.tag(relay.scope), index: 0xb)
        try relay.register(&alice, at: TestRelay.place(1))
        try relay.register(&bob, at: TestRelay.place(2), rows: [row])
        let generation = relay.rules.registry.routeGeneration
        try relay.register(&bob, at: TestRelay.place(2), rows: [row])
        #expect(relay.rules.registry.routeGeneration == generation)
        #expect(
            relay.send(TestPackets.data(0xb), from: TestRelay.place(1))
                == .forward(TestPackets.data(0xb), to: TestRelay.place(2)))
        try relay.register(&bob, at: TestRelay.place(2), rows: [])
        #expect(relay.rules.registry.routeGeneration > generation)
        #expect(relay.send(TestPackets.data(0xb), from: TestRelay.place(1)) == .drop(.index))
    }

    @Test("whatever clients do, those who keep the rules are served", arguments: [UInt64(1), 2, 3])
    func anything(_ seed: UInt64) throws {
        var relay = try TestRelay(open: true, capacity: 32)
        var random = SeededNumbers(seed)
        var crowds = try (UInt8(10)..<20).map { try Crowd($0) }
        var honest = try TestMachine(1)
        let group = try TestRelay.issuer(5)
        let token = RelayToken.make(
            scope: Derivation.scope(group: group.publicKey), wg: honest.wg, expiry: 0, signer: group)
        try relay.register(&honest, at: TestRelay.place(1), token: token)
        var recorded: [([UInt8], Endpoint)] = []
        for round in 0..<600 {
            let number = Int.random(in: 0..<crowds.count, using: &random)
            let source = TestRelay.place(
                UInt32(20 + number), UInt16.random(in: 1_000..<1_004, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0, 1: _ = try crowds[number].register(at: source, &relay)
            case 2:
                if let (bytes, from) = recorded.randomElement(using: &random) { _ = relay.send(bytes, from: from) }
            default:
                var machine = try TestMachine(UInt64(number))
                machine.cookie = relay.rules.cookies.cookie(for: source, wg: machine.wg)
                recorded.append((try machine.hello(relay.token(machine), to: relay.rules.publicKey), source))
            }
            relay.now += Int64.random(in: 0..<300_000_000, using: &random)
            if round % 50 == 0 {
                #expect(try relay.register(&honest, at: TestRelay.place(1), token: token).lifetime == 45)
            }
        }
        #expect(relay.rules.registry.gone.count <= 4 * 32 + 32)
        #expect(relay.rules.registry.count(at: TestRelay.place(1).address) == 1)
    }
}
