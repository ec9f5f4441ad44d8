import MeshWire
import Testing

@testable import MeshRelayServer

@Suite struct CapacityTests {
    var relay: TestRelay
    var machine: TestMachine
    let home = TestRelay.place(1)

    init() throws {
        relay = try TestRelay()
        machine = try TestMachine(1)
    }

    /// A new machine at a port of a host; what it was answered.
    private mutating func newcomer(
        _ number: UInt64, at host: UInt32, token: ((TestMachine) -> RelayToken)? = nil
    ) throws -> HelloOK {
        var other = try TestMachine(1_000 + number)
        let place = TestRelay.place(host, UInt16(1_000 + number))
        // A party of its own each, so that no table gets full.
        let scope = Scope(([UInt8](repeating: 0, count: 8) + number.bytes).span, at: 0)
        return try relay.register(
            &other, at: place, token: token?(other) ?? relay.token(other, scope: scope))
    }

    @Test("a full relay says so, and keeps those it has")
    mutating func full() throws {
        relay.rules.policy.capacity = 1
        try relay.register(&machine, at: home)
        let refused = try newcomer(1, at: 2)
        #expect(refused.flags == .full)
        #expect(refused.lifetime == 0)
        #expect(try relay.register(&machine, at: home).lifetime == 45)
        #expect(try relay.register(&machine, at: TestRelay.place(9)).lifetime == 45)
    }

    @Test("one address takes no more than its share, and gives back what it leaves")
    mutating func addressShare() throws {
        relay.rules.policy.capacityPerAddress = 2
        var (second, third) = (try TestMachine(2), try TestMachine(3))
        try relay.register(&machine, at: TestRelay.place(1, 1))
        try relay.register(&second, at: TestRelay.place(1, 2))
        #expect(try relay.register(&third, at: TestRelay.place(1, 3)).flags == .full)
        #expect(try relay.register(&third, at: TestRelay.place(2)).lifetime == 45)
        try relay.register(&second, at: TestRelay.place(3))
        var fourth = try TestMachine(4)
        #expect(try relay.register(&fourth, at: TestRelay.place(1, 3)).lifetime == 45)
        relay.pass(seconds: 60)
        relay.rules.expire(now: relay.now)
        #expect(relay.rules.registry.count(at: TestRelay.place(1).address) == 0)
    }

    @Test("when half of the places are taken an address gets an eighth of its share")
    mutating func laterShare() throws {
        (relay.rules.policy.capacity, relay.rules.policy.capacityPerAddress) = (32, 16)
        for number in 0..<UInt64(16) { try #require(try newcomer(number, at: 1).lifetime == 45) }
        #expect(try newcomer(20, at: 1).flags == .full)
        for number in UInt64(30)..<32 { #expect(try newcomer(number, at: 2).lifetime == 45) }
        #expect(try newcomer(32, at: 2).flags == .full)
        #expect(try newcomer(33, at: 3).lifetime == 45)
        #expect(relay.rules.counters.clients == 19)
    }

    @Test("machines that come and go use up nobody's places")
    mutating func comingAndGoing() throws {
        (relay.rules.policy.capacity, relay.rules.policy.capacityPerAddress) = (8, 2)
        for number in 0..<UInt64(80) {
            try #require(try newcomer(number, at: UInt32(number % 40)).lifetime == 45)
            if number % 8 == 7 {
                relay.pass(seconds: 46)
                relay.rules.expire(now: relay.now)
            }
        }
        #expect(relay.rules.registry.gone.count <= 4 * 8 + 8)
    }

    @Test("an open relay keeps a quarter of its places for the parties of its control server")
    mutating func keptPlaces() throws {
        relay.rules.policy.open = true
        relay.rules.policy.capacity = 8
        let group = try TestRelay.issuer(2)
        let scope = Derivation.scope(group: group.publicKey)
        let open = { RelayToken.make(scope: scope, wg: $0.wg, expiry: 0, signer: group) } as (TestMachine) -> RelayToken
        for number in 0..<UInt64(6) {
            try #require(try newcomer(number, at: UInt32(number), token: open).lifetime == 45)
        }
        #expect(try newcomer(6, at: 6, token: open).flags == .full)
        for number in UInt64(7)..<9 { #expect(try newcomer(number, at: UInt32(number)).lifetime == 45) }
        #expect(try newcomer(9, at: 9).flags == .full)
    }

    @Test("an open relay without a control server gives all its places to whoever comes")
    mutating func allOpen() throws {
        relay = try TestRelay(open: true, capacity: 4)
        let group = try TestRelay.issuer(2)
        let scope = Derivation.scope(group: group.publicKey)
        for number in 0..<UInt64(4) {
            let ok = try newcomer(number, at: UInt32(number)) {
                RelayToken.make(scope: scope, wg: $0.wg, expiry: 0, signer: group)
            }
            #expect(ok.lifetime == 45)
        }
    }

    @Test("a table holds as many as a party has members")
    mutating func fullTable() throws {
        for number in 0..<UInt64(32) {
            var member = try TestMachine(100 + number)
            try #require(try relay.register(&member, at: TestRelay.place(1, UInt16(1_000 + number))).lifetime == 45)
        }
        #expect(try relay.register(&machine, at: home).flags == .full)
        let elsewhere = relay.token(machine, scope: Scope([UInt8](repeating: 1, count: 16)))
        #expect(try relay.register(&machine, at: home, token: elsewhere).lifetime == 45)
    }
}
