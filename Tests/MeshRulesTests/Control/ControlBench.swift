import MeshRules
import MeshWire
import Testing

/// Control rules with a clock that a test turns, and everything that they ever wanted stored.
struct ControlBench {
    let fixture: PartyFixture
    var rules: ControlRules
    var now: UInt64 = 2_000_000_000
    /// How far the calendar was set ahead.
    var clockAhead: UInt64 = 0
    var records: [ControlRecord] = []
    private var random = TestRandom(state: 1)
    private static let keyHash = Bytes16(PartyFixture.bytes(1, 50).bytes.span, at: 0)

    private let policy: ControlPolicy

    init(_ fixture: PartyFixture? = nil, policy: ControlPolicy = ControlPolicy()) throws {
        self.fixture = try fixture ?? PartyFixture()
        self.policy = policy
        rules = try Self.rules(startedAt: 2_000_000_000, policy: policy)
    }

    static func rules(startedAt: UInt64, policy: ControlPolicy = ControlPolicy()) throws -> ControlRules {
        ControlRules(
            keyHash: keyHash, bearerKey: PartyFixture.bytes(1, 51),
            issuer: try SigningKey(seed: PartyFixture.bytes(1, 52)), startedAt: startedAt, policy: policy)
    }

    /// The server stops and starts again with what it has stored.
    mutating func restart() throws {
        rules = try Self.rules(startedAt: now, policy: policy)
        try rules.restore(from: records)
    }

    @discardableResult
    mutating func ask(
        _ request: ControlRequest, as member: PartyFixture.Member? = nil, party: PartyID? = nil,
        source: IPAddress? = nil
    ) -> ControlOutcome {
        let caller = member.map { Caller.member($0.peer) } ?? .anonymous
        let outcome = rules.handle(
            request, party: party ?? fixture.party, from: caller, source: source.map { .address($0) } ?? .inProcess,
            now: now, random: &random)
        records += outcome.records
        return outcome
    }

    @discardableResult
    mutating func sweep() -> ControlOutcome {
        let outcome = rules.sweep(now: now, uptime: now &- clockAhead)
        records += outcome.records
        return outcome
    }

    mutating func begin(_ member: PartyFixture.Member, g0: PublicKey?) throws -> Begun {
        let reply = ask(.begin(identity: member.identity.publicKey, g0: g0)).reply
        guard case .begun(let begun) = reply else { throw Unexpected(reply: reply) }
        return begun
    }

    /// The host registers the party.
    @discardableResult
    mutating func register(_ roster: Roster? = nil, sequence: UInt64 = 1) throws -> Joined {
        let begun = try begin(fixture.host, g0: nil)
        let card = try fixture.card(fixture.host, at: PartyFixture.hostAddress, sequence: sequence)
        let reply = ask(
            .registerParty(
                roster: try (roster ?? fixture.roster()).bytes, welcomes: fixture.welcomes,
                proof: fixture.proof(card, begun, by: fixture.host))
        ).reply
        guard case .joined(let joined) = reply else { throw Unexpected(reply: reply) }
        return joined
    }

    /// A friend joins with the invite, on the address that the server gives.
    @discardableResult
    mutating func join(_ member: PartyFixture.Member, sequence: UInt64 = 1) throws -> Joined {
        let begun = try begin(member, g0: fixture.g0)
        let card = try fixture.card(member, at: try #require(begun.ipv4), sequence: sequence)
        let reply = ask(.joinParty(g0: fixture.g0, proof: fixture.proof(card, begun, by: member))).reply
        guard case .joined(let joined) = reply else { throw Unexpected(reply: reply) }
        return joined
    }

    struct Unexpected: Error { var reply: ControlReply }
}

extension ControlReply {
    var refusal: ControlRefusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }
}

/// SplitMix64: the same numbers in each run.
struct TestRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }
}
