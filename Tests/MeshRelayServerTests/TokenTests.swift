import MeshWire
import Testing

@testable import MeshRelayServer

@Suite struct TokenTests {
    var relay: TestRelay
    var machine: TestMachine
    let home = TestRelay.place(1)

    init() throws {
        relay = try TestRelay()
        machine = try TestMachine(1)
    }

    @Test(
        "an expired token is refused with its reason",
        arguments: [(1_700_000_001, false), (1_700_000_000, true), (1, true)])
    mutating func expiry(expiry: UInt64, refused: Bool) throws {
        let ok = try relay.register(&machine, at: home, token: relay.token(machine, expiry: expiry))
        #expect(ok.flags == (refused ? .expired : []))
        #expect(ok.lifetime == (refused ? 0 : 45))
    }

    @Test("nothing expires before the issuer's time is known")
    mutating func unknownTime() throws {
        relay = try TestRelay(issuerTime: nil)
        #expect(try relay.register(&machine, at: home, token: relay.token(machine, expiry: 1)).lifetime == 45)
    }

    @Test("one issuer's clock expires nobody else's tokens", arguments: [1 << 40, UInt64.max])
    mutating func clocks(time: UInt64) throws {
        let other = try TestRelay.issuer(2)
        relay.rules.setTrust([relay.issuer.publicKey, other.publicKey])
        relay.rules.setTime(time, of: other.publicKey, now: relay.now)
        relay.pass(seconds: 60)
        let good = relay.token(machine, expiry: 1_700_000_061)
        let late = relay.token(machine, expiry: 1_700_000_060)
        let theirs = relay.token(machine, issuer: other, expiry: 1_700_000_061)
        #expect(try relay.register(&machine, at: home, token: good).lifetime == 45)
        #expect(try relay.register(&machine, at: home, token: late).flags == .expired)
        #expect(try relay.register(&machine, at: home, token: theirs).flags == .expired)
        // Nobody sets the clock of an issuer that isn't trusted, and one that has gone is asked for its time anew.
        relay.rules.setTrust([other.publicKey])
        relay.rules.setTime(time, of: relay.issuer.publicKey, now: relay.now)
        relay.rules.setTrust([other.publicKey, relay.issuer.publicKey])
        #expect(try relay.register(&machine, at: home, token: late).lifetime == 45)
    }

    @Test("a token of an issuer that isn't trusted is refused with its reason")
    mutating func issuer() throws {
        let stranger = try TestRelay.issuer(2)
        let token = relay.token(machine, issuer: stranger)
        let ok = try relay.register(&machine, at: home, token: token)
        #expect(ok.flags == .issuer)
        #expect(ok.lifetime == 0)
        relay.rules.setTrust([stranger.publicKey])
        #expect(try relay.register(&machine, at: home, token: token).lifetime == 45)
        #expect(try relay.register(&machine, at: home).flags == .issuer)
    }

    @Test("an open relay takes any issuer for the scope that is its own")
    mutating func open() throws {
        relay = try TestRelay(open: true)
        let group = try TestRelay.issuer(5)
        let own = Derivation.scope(group: group.publicKey)
        let good = relay.token(machine, scope: own, issuer: group)
        let foreign = relay.token(machine, scope: relay.scope, issuer: group)
        #expect(try relay.register(&machine, at: home, token: good).lifetime == 45)
        #expect(try relay.register(&machine, at: home, token: foreign).flags == .issuer)
    }

    @Test("a token that was changed is dropped without a word")
    mutating func signature() throws {
        let token = relay.token(machine)
        let forged = try forge(token, at: 2)
        try relay.register(&machine, at: home)
        let bytes = try machine.hello(forged, to: relay.rules.publicKey)
        #expect(relay.send(bytes, from: home) == .drop(.token))
        #expect(relay.rules.counters.clients == 1)
    }

    @Test("a client may bring a newer token, and not a forged one", arguments: [true, false])
    mutating func renewal(honest: Bool) throws {
        try relay.register(&machine, at: home, token: relay.token(machine, expiry: 1_700_000_010))
        let next = relay.token(machine, expiry: 1_800_000_000)
        let forged = try forge(next, at: 50)
        relay.pass(seconds: 20)
        let bytes = try machine.hello(honest ? next : forged, to: relay.rules.publicKey)
        let answer = relay.send(bytes, from: home)
        #expect((answer == .drop(.token)) == !honest)
    }

    private func forge(_ token: RelayToken, at offset: Int) throws -> RelayToken {
        var bytes = token.bytes
        bytes[offset] ^= 1
        return try RelayToken.decode(bytes.span)
    }

    @Test("the tokens of the test vectors are judged as they say", arguments: Vector.all)
    func vectors(vector: Vector) throws {
        let bytes = try #require([UInt8](hex: vector.token))
        let token = try RelayToken.decode(bytes.span)
        let policy = RelayPolicy(
            issuers: vector.trusted.compactMap { PublicKey(hex: $0) }, open: vector.trusted.isEmpty)
        let reason: Refusal?
        do {
            try policy.admit(token, issuerTime: vector.time)
            try token.verify()
            reason = nil
        } catch { reason = error }
        #expect(reason == vector.refusal)
    }

    struct Vector: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let token: String
        let trusted: [String]
        let time: UInt64
        let refusal: Refusal?

        private static let server = "ed6c4f7b1a7a7ff0308749815109ef99b85de2dd62662c73043ea690c801feb8"
        private static let machine = "545aedf35a06de29a457fb8be0c23f3da3bd7a8aee94fd65e97b580ebc362302"
        private static let scope = "6c46c22717b87e447587bad297ab8e02"
        private static let good =
            "0101\(scope)\(machine)000000006b49d200\(server)"
            + "5f75c45bc5945193ac7f566ec4c416a7adfce0fb4ddcaadc36968153e3f835e438f5e592f07a8b5762137aeb242110be"
            + "d51b9b14411ab180e68fff2c3fe69d05"
        private static let ownGroup =
            "01016c46c22717b87e447587bad297ab8e02545aedf35a06de29a457fb8be0c23f3da3bd7a8aee94fd65e97b580ebc36"
            + "23020000000000000000bc949a7f909cddeb56771d440fa087b8b08e58be0c10634ac0c03b2328e85d027190a80addf5"
            + "b863e9dd8fdf0b697384accbb837eba667624ddbdf8147957eafcb01dcdd385636fe9def387009b26110887789f0aaa4"
            + "bdbd74ab7679669db906"
        private static let unknown =
            "01016c46c22717b87e447587bad297ab8e02545aedf35a06de29a457fb8be0c23f3da3bd7a8aee94fd65e97b580ebc36"
            + "23020000000000000000bc949a7f909cddeb56771d440fa087b8b08e58be0c10634ac0c03b2328e85d027190a80addf5"
            + "b863e9dd8fdf0b697384accbb837eba667624ddbdf8147957eafcb01dcdd385636fe9def387009b26110887789f0aaa4"
            + "bdbd74ab7679669db906"
        private static let expired =
            "01016c46c22717b87e447587bad297ab8e02545aedf35a06de29a457fb8be0c23f3da3bd7a8aee94fd65e97b580ebc36"
            + "2302000000005f5e1000ed6c4f7b1a7a7ff0308749815109ef99b85de2dd62662c73043ea690c801feb8d3e2c8cf4314"
            + "5b06fa8cec79fb286775a2682d909633585c1fad6f261d5353b7859536e8fce3401ace324a17ce5cdeb20a6398561370"
            + "f08e2d6d76bf6f88cc07"
        private static let otherScope =
            "01016d46c22717b87e447587bad297ab8e02545aedf35a06de29a457fb8be0c23f3da3bd7a8aee94fd65e97b580ebc36"
            + "2302000000006b49d200ed6c4f7b1a7a7ff0308749815109ef99b85de2dd62662c73043ea690c801feb85f75c45bc594"
            + "5193ac7f566ec4c416a7adfce0fb4ddcaadc36968153e3f835e438f5e592f07a8b5762137aeb242110bed51b9b14411a"
            + "b180e68fff2c3fe69d05"

        static let all = [
            Vector(testDescription: "token", token: good, trusted: [server], time: 1_700_000_000, refusal: nil),
            Vector(testDescription: "token_open", token: ownGroup, trusted: [], time: 0, refusal: nil),
            Vector(
                testDescription: "token of an unknown issuer", token: unknown, trusted: [server], time: 1_700_000_000,
                refusal: .issuer),
            Vector(
                testDescription: "expired token", token: expired, trusted: [server], time: 1_700_000_000,
                refusal: .expired),
            Vector(
                testDescription: "token with another scope", token: otherScope, trusted: [server], time: 1_700_000_000,
                refusal: .signature),
            Vector(
                testDescription: "open relay, scope not the issuer's", token: good, trusted: [], time: 0,
                refusal: .issuer),
        ]
    }
}
