import MeshWire
import Testing

@testable import MeshRelayServer

@Suite struct RegistrationTests {
    var relay: TestRelay
    var machine: TestMachine
    let home = TestRelay.place(1)

    init() throws {
        relay = try TestRelay()
        machine = try TestMachine(1)
    }

    @Test("a HELLO without a cookie gets a CHALLENGE that repeats its request")
    mutating func challenge() throws {
        let answer = relay.send(try machine.hello(relay.token(machine), to: relay.rules.publicKey), from: home)
        guard case .reply(let bytes) = answer else { throw TestFailure("\(answer)") }
        let challenge = try Challenge.decode(bytes.span)
        #expect(challenge.request == 1)
        #expect(challenge.cookie != Bytes16())
        #expect(relay.rules.counters.clients == 0)
    }

    @Test("a HELLO with a cookie is answered with where it came from and for how long it counts")
    mutating func ok() throws {
        let ok = try relay.register(&machine, at: home)
        #expect(ok.observed == home)
        #expect(ok.lifetime == 45)
        #expect(ok.flags == [])
        #expect(ok.conflicts == [])
        #expect(relay.rules.counters.clients == 1)
    }

    @Test(
        "a cookie counts while its secret is one of the last two", arguments: [(119, true), (239, true), (241, false)])
    mutating func cookieAge(seconds: Int64, good: Bool) throws {
        try relay.register(&machine, at: home)
        // Secrets turn when somebody says HELLO; others do every now and then.
        var other = try TestMachine(2)
        for _ in 0..<seconds / 60 {
            relay.pass(seconds: 60)
            try relay.register(&other, at: TestRelay.place(2))
        }
        relay.pass(seconds: seconds % 60)
        let answer = relay.send(try machine.hello(relay.token(machine), to: relay.rules.publicKey), from: home)
        guard case .reply(let bytes) = answer else { throw TestFailure("\(answer)") }
        #expect((bytes.count != Challenge.size) == good)
    }

    @Test("after a silence longer than two secrets live no old cookie counts")
    mutating func cookieAfterSilence() throws {
        try relay.register(&machine, at: home)
        relay.pass(seconds: 500)
        let answer = relay.send(try machine.hello(relay.token(machine), to: relay.rules.publicKey), from: home)
        guard case .reply(let bytes) = answer else { throw TestFailure("\(answer)") }
        #expect(bytes.count == Challenge.size)
    }

    @Test("a HELLO replayed from another address gets a CHALLENGE and moves nothing")
    mutating func replayElsewhere() throws {
        try relay.register(&machine, at: home)
        let recorded = try machine.hello(relay.token(machine), to: relay.rules.publicKey)
        _ = relay.send(recorded, from: home)
        let answer = relay.send(recorded, from: TestRelay.place(66))
        guard case .reply(let bytes) = answer else { throw TestFailure("\(answer)") }
        #expect(bytes.count == Challenge.size)
        #expect(relay.rules.registry.slots(at: TestRelay.place(66)) == nil)
        #expect(relay.rules.registry.slots(at: home) != nil)
    }

    @Test("a HELLO replayed from its own address is dropped")
    mutating func replayAtHome() throws {
        try relay.register(&machine, at: home)
        let recorded = try machine.hello(relay.token(machine), to: relay.rules.publicKey)
        _ = relay.send(recorded, from: home)
        #expect(relay.send(recorded, from: home) == .drop(.replay))
        machine.counter -= 1
        let equal = try machine.hello(relay.token(machine), to: relay.rules.publicKey)
        #expect(relay.send(equal, from: home) == .drop(.replay))
    }

    @Test("a counter is remembered for five minutes past the end", arguments: [(44 + 299, true), (46 + 300, false)])
    mutating func counterMemory(seconds: Int64, remembered: Bool) throws {
        try relay.register(&machine, at: home)
        relay.pass(seconds: 46)
        relay.rules.expire(now: relay.now)
        try #require(relay.rules.counters.clients == 0)
        relay.pass(seconds: seconds - 46)
        machine.counter -= 1
        var answer = relay.send(try machine.hello(relay.token(machine), to: relay.rules.publicKey), from: home)
        if case .reply(let bytes) = answer, bytes.count == Challenge.size {
            machine.cookie = try Challenge.decode(bytes.span).cookie
            machine.counter -= 1
            answer = relay.send(try machine.hello(relay.token(machine), to: relay.rules.publicKey), from: home)
        }
        #expect((answer == .drop(.replay)) == remembered)
    }

    @Test("a HELLO under another key is dropped")
    mutating func mac() throws {
        try relay.register(&machine, at: home)
        var bytes = try machine.hello(relay.token(machine), to: relay.rules.publicKey)
        bytes[bytes.count - 1] ^= 1
        #expect(relay.send(bytes, from: home) == .drop(.mac))
        let elsewhere = try machine.hello(relay.token(machine), to: try TestMachine(9).wg)
        #expect(relay.send(elsewhere, from: home) == .drop(.mac))
    }

    @Test("a client that says nothing is gone when its lifetime ends")
    mutating func lifetime() throws {
        try relay.register(&machine, at: home)
        #expect(relay.rules.nextDeadline == relay.now + 45 * TestRelay.second)
        relay.pass(seconds: 30)
        try relay.register(&machine, at: home)
        relay.pass(seconds: 44)
        relay.rules.expire(now: relay.now)
        #expect(relay.rules.counters.clients == 1)
        relay.pass(seconds: 1)
        #expect(relay.send(TestPackets.data(1), from: home) == .drop(.unregistered))
        #expect(relay.rules.counters.clients == 0)
    }

    @Test("who takes an address within a table removes who stood there")
    mutating func addressTaken() throws {
        try relay.register(&machine, at: home)
        var other = try TestMachine(2)
        try relay.register(&other, at: home)
        #expect(relay.rules.counters.clients == 1)
        #expect(relay.rules.registry.slot(of: ClientKey(relay.token(other))) != nil)
    }

    @Test("a draining relay says so and still serves")
    mutating func draining() throws {
        relay.rules.draining = true
        let ok = try relay.register(&machine, at: home)
        #expect(ok.flags == .draining)
        #expect(ok.lifetime == 45)
    }

    @Test("a client that says HELLO too often is not heard until it slows down")
    mutating func tooOften() throws {
        try relay.register(&machine, at: home)
        var answers: [RelayAnswer] = []
        for _ in 0..<50 {
            answers.append(relay.send(try machine.hello(relay.token(machine), to: relay.rules.publicKey), from: home))
        }
        #expect(answers.count { $0 == .drop(.rate) } == 50 - Int(RelayLimits.helloBurst))
        relay.pass(seconds: 1)
        #expect(try relay.register(&machine, at: home).lifetime == 45)
    }

    @Test("a rush of strangers that costs the relay a curve each doesn't keep its clients from renewing")
    mutating func strangers() throws {
        try relay.register(&machine, at: home)
        var answers: [RelayAnswer] = []
        for number in 0..<UInt8(200) {
            for other in 0..<UInt8(3) {
                var token = relay.token(machine).bytes
                (token[18], token[19]) = (number, other)
                let stranger = try RelayToken.decode(token.span)
                let first = Hello(request: 1, counter: 1, cookie: Bytes16(), token: stranger, rows: [])
                let place = TestRelay.place(UInt32(number))
                guard case .reply(let bytes) = relay.send(first.encode(key: Bytes32()), from: place) else { continue }
                let cookie = try Challenge.decode(bytes.span).cookie
                let second = Hello(request: 2, counter: 2, cookie: cookie, token: stranger, rows: [])
                answers.append(relay.send(second.encode(key: Bytes32()), from: place))
            }
        }
        #expect(answers.count { $0 == .drop(.rate) } == 600 - Int(RelayLimits.agreementBurst) + 1)
        #expect(try relay.register(&machine, at: home).lifetime == 45)
    }
}
