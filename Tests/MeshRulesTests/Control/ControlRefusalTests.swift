import MeshRules
import MeshWire
import Testing

/// What is wrong with a card that asks to come in.
struct CardFault: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var expected: Refusal
    var card: @Sendable (PartyFixture, PartyFixture.Member, UInt32) throws -> Card

    static let all: [CardFault] = [
        CardFault(testDescription: "of another party", expected: .party) { fixture, member, ipv4 in
            try fixture.card(member, at: ipv4, party: PartyFixture(2).party)
        },
        CardFault(testDescription: "of another epoch", expected: .epoch) { fixture, member, ipv4 in
            try fixture.card(member, at: ipv4, epoch: 2)
        },
        CardFault(testDescription: "signed by another group", expected: .signature) { fixture, member, ipv4 in
            try fixture.card(member, at: ipv4, group: PartyFixture(2).group)
        },
        CardFault(testDescription: "outside the subnet", expected: .address) { fixture, member, _ in
            try fixture.card(member, at: 0x0a43_0005)
        },
        CardFault(testDescription: "on the broadcast address", expected: .address) { fixture, member, _ in
            try fixture.card(member, at: 0x0a42_ffff)
        },
        CardFault(testDescription: "on an address that the server did not give", expected: .address) {
            fixture, member, ipv4 in
            try fixture.card(member, at: ipv4 + 1)
        },
        CardFault(testDescription: "on another member's address", expected: .duplicate) { fixture, member, _ in
            try fixture.card(member, at: PartyFixture.hostAddress)
        },
        CardFault(testDescription: "with another member's wg key", expected: .duplicate) { fixture, member, ipv4 in
            try fixture.card(member, at: ipv4, wg: fixture.host.wg)
        },
    ]
}

@Suite("Control rules: refusals")
struct ControlRefusalTests {
    @Test("a card is refused", arguments: CardFault.all)
    func badCard(_ fault: CardFault) throws {
        var bench = try ControlBench()
        try bench.register()
        let friend = try PartyFixture.member(1)
        let begun = try bench.begin(friend, g0: bench.fixture.g0)
        let card = try fault.card(bench.fixture, friend, try #require(begun.ipv4))
        let outcome = bench.ask(
            .joinParty(g0: bench.fixture.g0, proof: bench.fixture.proof(card, begun, by: friend)))
        #expect(outcome.reply.refusal == .rule(fault.expected))
        #expect(outcome.records.isEmpty && outcome.changes.isEmpty)
        #expect(!bench.rules.isMember(friend.peer, of: bench.fixture.party))
    }

    @Test("bytes that are no card are refused by the decoder's reason")
    func noCard() throws {
        var bench = try ControlBench()
        try bench.register()
        let begun = try bench.begin(PartyFixture.member(1), g0: bench.fixture.g0)
        let proof = JoinProof(card: [1, 0], nonce: begun.nonce, signature: [])
        #expect(bench.ask(.joinParty(g0: nil, proof: proof)).reply.refusal == .rule(.short))
    }

    @Test("a party that is over, closed, or has kicked somebody, lets them in no more")
    func closedParties() throws {
        let friend = try PartyFixture.member(1)
        let kicked = Roster.Member(identity: friend.identity.publicKey, status: .kicked)
        let listed = Roster.Member(identity: friend.identity.publicKey, status: .member)
        let cases: [(Roster.Flags, [Roster.Member], ControlRefusal?)] = [
            ([], [], nil), ([], [kicked], .rule(.kicked)), (.closed, [], .rule(.closed)), (.closed, [listed], nil),
        ]
        for (flags, members, expected) in cases {
            var bench = try ControlBench()
            try bench.register(try bench.fixture.roster(flags: flags, members: members))
            let request = ControlRequest.begin(identity: friend.identity.publicKey, g0: bench.fixture.g0)
            #expect(bench.ask(request).reply.refusal == expected, "\(flags) \(members)")
        }
    }

    @Test("a roster that does not register is refused by its reason")
    func badRoster() throws {
        let fixture = try PartyFixture()
        let stranger = try PartyFixture(2)
        let cases: [([UInt8], Refusal)] = [
            (try fixture.roster(signer: stranger.root).bytes, .signature),
            (try stranger.roster().bytes, .party),
            (try fixture.roster(flags: .ended).bytes, .ended),
            (Array(try fixture.roster().bytes.dropLast()), .short),
        ]
        for (roster, expected) in cases {
            var bench = try ControlBench(fixture)
            let begun = try bench.begin(fixture.host, g0: nil)
            let card = try fixture.card(fixture.host, at: PartyFixture.hostAddress)
            let request = ControlRequest.registerParty(
                roster: roster, welcomes: [], proof: fixture.proof(card, begun, by: fixture.host))
            #expect(bench.ask(request).reply.refusal == .rule(expected))
            #expect(bench.records.isEmpty)
        }
    }

    @Test("only whom the roster calls host may register")
    func notTheHost() throws {
        var bench = try ControlBench()
        let friend = try PartyFixture.member(1)
        let begun = try bench.begin(friend, g0: nil)
        let card = try bench.fixture.card(friend, at: PartyFixture.hostAddress)
        let request = ControlRequest.registerParty(
            roster: try bench.fixture.roster().bytes, welcomes: [],
            proof: bench.fixture.proof(card, begun, by: friend))
        #expect(bench.ask(request).reply.refusal == .rule(.host))
    }

    @Test("who is no member gets nothing of a member's requests")
    func strangers() throws {
        var bench = try ControlBench()
        try bench.register()
        let stranger = try PartyFixture.member(7)
        let requests: [ControlRequest] = [
            .getParty, .getPeers, .discoverPeer(bench.fixture.host.peer), .updatePeer(PeerUpdate()), .leaveParty,
            .signal(to: bench.fixture.host.peer, check: [1]), .heartbeat, .relays,
            .putParty(roster: [], welcomes: nil, grants: nil),
        ]
        for request in requests {
            #expect(bench.ask(request).reply.refusal == .unauthorised)
            #expect(bench.ask(request, as: stranger).reply.refusal == .unauthorised)
        }
    }
}
