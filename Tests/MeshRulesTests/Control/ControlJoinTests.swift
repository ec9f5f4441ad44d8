import MeshRules
import MeshWire
import Testing

@Suite("Control rules: registering and joining")
struct ControlJoinTests {
    @Test("a host registers, a friend joins, and both are told of each other")
    func joins() throws {
        var bench = try ControlBench()
        let registered = try bench.register()
        #expect(registered.peers.isEmpty)
        let friend = try PartyFixture.member(1)
        let joined = try bench.join(friend)
        #expect(joined.roster == (try bench.fixture.roster().bytes))
        #expect(try joined.peers.map { try Card.decode($0.card.span).peer } == [bench.fixture.host.peer])
        #expect(
            bench.rules.authenticate(bearer: joined.token, party: bench.fixture.party, now: bench.now) == friend.peer)
        guard case .peers(let infos) = bench.ask(.getPeers, as: bench.fixture.host).reply else {
            Issue.record("the host got no list")
            return
        }
        #expect(try infos.map { try Card.decode($0.card.span).name } == ["Friend 1"])
    }

    @Test("whoever is there hears of who joins, and nobody else")
    func tellsOthers() throws {
        var bench = try ControlBench()
        try bench.register()
        try bench.join(PartyFixture.member(1))
        let friend = try PartyFixture.member(2)
        let begun = try bench.begin(friend, g0: bench.fixture.g0)
        let card = try bench.fixture.card(friend, at: try #require(begun.ipv4))
        let outcome = bench.ask(
            .joinParty(g0: bench.fixture.g0, proof: bench.fixture.proof(card, begun, by: friend)))
        let audience = Set(try [bench.fixture.host.peer, PartyFixture.member(1).peer])
        #expect(Set(outcome.changes.compactMap { if case .one(let peer) = $0.to { peer } else { nil } }) == audience)
        #expect(outcome.changes.count == 2)
    }

    @Test("the invite's WELCOME comes with its group key, and an unknown invite is refused")
    func welcome() throws {
        var bench = try ControlBench()
        try bench.register()
        let friend = try PartyFixture.member(1)
        #expect(try bench.begin(friend, g0: bench.fixture.g0).welcome == bench.fixture.welcome)
        let unknown = ControlRequest.begin(identity: friend.identity.publicKey, g0: PartyFixture.bytes(9, 9))
        #expect(bench.ask(unknown).reply.refusal == .unknown("this invite"))
    }

    @Test("an unknown party gives out a nonce and the key hash only")
    func unknownParty() throws {
        var bench = try ControlBench()
        let begun = try bench.begin(bench.fixture.host, g0: nil)
        #expect(begun == Begun(nonce: begun.nonce, keyHash: bench.rules.keyHash))
        let request = ControlRequest.begin(
            identity: bench.fixture.host.identity.publicKey, g0: bench.fixture.g0)
        #expect(bench.ask(request).reply.refusal == .unknown("this party"))
    }

    @Test("a known party tells a stranger no more than an unknown one does: a nonce and the key hash")
    func stranger() throws {
        var bench = try ControlBench()
        try bench.register()
        let friend = try PartyFixture.member(1)
        try bench.join(friend)
        let begun = try bench.begin(PartyFixture.member(2), g0: nil)
        #expect(begun == Begun(nonce: begun.nonce, keyHash: bench.rules.keyHash))
        #expect(try bench.begin(friend, g0: nil).roster != nil)
        #expect(try bench.begin(bench.fixture.host, g0: nil).roster != nil)
        // Nor is an address held for it.
        #expect(try bench.begin(PartyFixture.member(3), g0: bench.fixture.g0).ipv4 != nil)
        let foreign = try bench.fixture.card(
            PartyFixture.member(2), at: 0x0a42_0063, group: try SigningKey(seed: Bytes32()))
        let proof = bench.fixture.proof(foreign, begun, by: try PartyFixture.member(2))
        #expect(bench.ask(.joinParty(g0: nil, proof: proof)).reply.refusal == .rule(.signature))
    }

    @Test("a member whom the server has forgotten comes back by its card, to its address if that is free")
    func forgottenMember() throws {
        var bench = try ControlBench()
        try bench.register()
        let friend = try PartyFixture.member(1)
        for (address, refusal) in [
            (UInt32(0x0a42_0063), nil), (PartyFixture.hostAddress, ControlRefusal.rule(.duplicate)),
        ] {
            let begun = try bench.begin(friend, g0: nil)
            let card = try bench.fixture.card(friend, at: address, sequence: bench.now)
            let proof = bench.fixture.proof(card, begun, by: friend)
            var copy = bench
            #expect(copy.ask(.joinParty(g0: nil, proof: proof)).reply.refusal == refusal)
        }
    }

    @Test("a group key belongs to the party that brought it first")
    func groupKey() throws {
        var bench = try ControlBench()
        try bench.register()
        let thief = try PartyFixture(2)
        func register(group: SigningKey, sequence: UInt64) throws -> ControlRefusal? {
            let reply = bench.ask(.begin(identity: thief.host.identity.publicKey, g0: nil), party: thief.party).reply
            guard case .begun(let begun) = reply else { throw ControlBench.Unexpected(reply: reply) }
            let card = try thief.card(thief.host, at: PartyFixture.hostAddress, sequence: sequence, group: group)
            let request = ControlRequest.registerParty(
                roster: try thief.roster(group: group).bytes, welcomes: [],
                proof: thief.proof(card, begun, by: thief.host))
            return bench.ask(request, party: thief.party).reply.refusal
        }
        #expect(try register(group: bench.fixture.group, sequence: 1) == .rule(.scope))
        #expect(try register(group: thief.group, sequence: 2) == nil)
        let later = try thief.roster(sequence: 2, epoch: 2, group: bench.fixture.group)
        let put = ControlRequest.putParty(roster: later.bytes, welcomes: nil, grants: nil)
        #expect(bench.ask(put, as: thief.host, party: thief.party).reply.refusal == .rule(.scope))
    }

    @Test("a nonce is good once, for a minute, for its identity, with its signature")
    func nonces() throws {
        var bench = try ControlBench()
        try bench.register()
        let friend = try PartyFixture.member(1)
        let other = try PartyFixture.member(2)
        func attempt(_ begun: Begun, _ proof: JoinProof) -> ControlRefusal? {
            bench.ask(.joinParty(g0: bench.fixture.g0, proof: proof)).reply.refusal
        }
        var begun = try bench.begin(friend, g0: bench.fixture.g0)
        var card = try bench.fixture.card(friend, at: try #require(begun.ipv4))
        var proof = bench.fixture.proof(card, begun, by: friend)
        #expect(attempt(begun, proof) == nil)
        #expect(attempt(begun, proof) == .rule(.expired))

        begun = try bench.begin(friend, g0: bench.fixture.g0)
        bench.now += 60
        #expect(attempt(begun, bench.fixture.proof(card, begun, by: friend)) == .rule(.expired))

        begun = try bench.begin(friend, g0: bench.fixture.g0)
        proof = bench.fixture.proof(card, begun, by: friend)
        proof.signature[5] ^= 1
        #expect(attempt(begun, proof) == .rule(.signature))

        begun = try bench.begin(friend, g0: bench.fixture.g0)
        card = try bench.fixture.card(other, at: try #require(begun.ipv4))
        #expect(attempt(begun, bench.fixture.proof(card, begun, by: other)) == .rule(.identity))
    }

    @Test("a member that returns needs no invite and keeps its address, also after it has left")
    func returns() throws {
        var bench = try ControlBench()
        try bench.register()
        let friend = try PartyFixture.member(1)
        try bench.join(friend)
        let first = try bench.begin(friend, g0: nil).ipv4
        #expect(bench.ask(.leaveParty, as: friend).reply == .done)
        try bench.join(PartyFixture.member(2))
        let again = try bench.begin(friend, g0: bench.fixture.g0)
        #expect(again.ipv4 == first)
        let card = try bench.fixture.card(friend, at: try #require(first), sequence: 2)
        let outcome = bench.ask(.joinParty(g0: nil, proof: bench.fixture.proof(card, again, by: friend)))
        #expect(outcome.reply.refusal == nil)
    }

    @Test("an address held by a begin without a join is given to others after a minute")
    func abandonedAddress() throws {
        var bench = try ControlBench()
        try bench.register(
            try bench.fixture.roster(members: [
                Roster.Member(identity: PartyFixture.member(9).identity.publicKey, status: .kicked)
            ]))
        let friend = try PartyFixture.member(1)
        let held = try #require(try bench.begin(friend, g0: bench.fixture.g0).ipv4)
        bench.now += 61
        _ = try bench.begin(PartyFixture.member(2), g0: bench.fixture.g0)
        #expect(!bench.records.contains { if case .address(_, friend.peer, _) = $0 { true } else { false } })
        #expect(try bench.begin(friend, g0: bench.fixture.g0).ipv4 == held)
    }

    @Test("a party has 32 members")
    func bounded() throws {
        var bench = try ControlBench()
        try bench.register()
        for number in 1..<32 { try bench.join(PartyFixture.member(UInt8(number))) }
        let late = ControlRequest.begin(
            identity: try PartyFixture.member(40).identity.publicKey, g0: bench.fixture.g0)
        #expect(bench.ask(late).reply.refusal == .rule(.members))
        bench.ask(.leaveParty, as: try PartyFixture.member(5))
        #expect(bench.ask(late).reply.refusal == nil)
    }
}
