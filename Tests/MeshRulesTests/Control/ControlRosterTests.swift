import MeshRules
import MeshWire
import Testing

@Suite("Control rules: the host's word")
struct ControlRosterTests {
    private func put(
        _ roster: Roster, _ bench: inout ControlBench, welcomes: [SealedWelcome]? = nil, grants: [[UInt8]]? = nil,
        as member: PartyFixture.Member? = nil
    ) -> ControlOutcome {
        bench.ask(
            .putParty(roster: roster.bytes, welcomes: welcomes, grants: grants), as: member ?? bench.fixture.host)
    }

    private func bench() throws -> ControlBench {
        var bench = try ControlBench()
        try bench.register()
        try bench.join(PartyFixture.member(1))
        return bench
    }

    @Test("a newer roster is taken and told; older ones and forks are refused")
    func rank() throws {
        var bench = try bench()
        let second = try bench.fixture.roster(sequence: 2)
        let outcome = put(second, &bench)
        #expect(outcome.reply == .party(roster: second.bytes, grant: nil))
        #expect(
            outcome.changes == [
                Change(
                    party: bench.fixture.party, to: .all(except: bench.fixture.host.peer), event: .roster(second.bytes))
            ])
        #expect(put(second, &bench).changes.isEmpty)
        #expect(put(try bench.fixture.roster(), &bench).reply.refusal == .rule(.rank))
        let fork = try bench.fixture.roster(sequence: 2, flags: .closed)
        #expect(put(fork, &bench).reply.refusal == .rule(.fork))
        let forged = try bench.fixture.roster(sequence: 3, signer: PartyFixture(2).root)
        #expect(put(forged, &bench).reply.refusal == .rule(.signature))
        let third = try bench.fixture.roster(sequence: 3)
        #expect(put(third, &bench, as: try PartyFixture.member(1)).reply.refusal == .rule(.host))
    }

    @Test("a party is never moved to another network, by a put or by registering again")
    func staysWhereItIs() throws {
        var bench = try bench()
        let moved = try bench.fixture.roster(sequence: 2, subnet: 0x0a43_0000)
        #expect(put(moved, &bench).reply.refusal == .rule(.fork))
        #expect(
            bench.ask(.getParty, as: bench.fixture.host).reply
                == .party(roster: try bench.fixture.roster().bytes, grant: nil))
    }

    @Test("a roster for a network that no party may have is refused, and one that was stored before is left out")
    func foreignNetwork() throws {
        let fixture = try PartyFixture()
        var bytes = try fixture.roster().bytes
        let offset = 1 + 1 + 16 + 4 + 4 + 32 + 32
        bytes.replaceSubrange(offset..<offset + 5, with: [1, 1, 1, 0, 24])
        var bench = try bench()
        #expect(
            bench.ask(.putParty(roster: bytes, welcomes: nil, grants: nil), as: fixture.host).reply.refusal
                == .rule(.network))
        var restored = try ControlBench().rules
        try restored.restore(from: [
            .party(fixture.party, roster: bytes, used: 0), .welcomes(fixture.party, fixture.welcomes),
        ])
        #expect(!restored.isMember(fixture.host.peer, of: fixture.party))
    }

    @Test("who is kicked goes at once with all invites, and nobody says that they left")
    func kicks() throws {
        var bench = try bench()
        let friend = try PartyFixture.member(1)
        let row = Roster.Member(identity: friend.identity.publicKey, status: .kicked)
        let outcome = put(try bench.fixture.roster(sequence: 2, members: [row]), &bench)
        #expect(!outcome.changes.contains { $0.event == .left(friend.peer) })
        #expect(outcome.records.contains(.removePeer(bench.fixture.party, friend.peer)))
        #expect(bench.ask(.heartbeat, as: friend).reply.refusal == .unauthorised)
        let again = ControlRequest.begin(identity: friend.identity.publicKey, g0: nil)
        #expect(bench.ask(again).reply.refusal == .rule(.kicked))
        let other = ControlRequest.begin(
            identity: try PartyFixture.member(2).identity.publicKey, g0: bench.fixture.g0)
        #expect(bench.ask(other).reply.refusal == .unknown("this invite"))
    }

    @Test("a new epoch brings each remaining member its key, and takes the old cards' owners along")
    func epoch() throws {
        var bench = try bench()
        let friend = try PartyFixture.member(1)
        let key = PartyFixture.bytes(5, 5)
        let group = try SigningKey(seed: Derivation.groupSeed(key, party: bench.fixture.party))
        let wg = try KeyAgreement.publicKey(of: PartyFixture.bytes(6, 6))
        let grant = try Grant.seal(
            epoch: 2, epochKey: key, peer: friend.peer, wg: wg, ephemeral: PartyFixture.bytes(7, 7),
            party: bench.fixture.party)
        let address = try #require(try bench.begin(friend, g0: nil).ipv4)
        let outcome = put(try bench.fixture.roster(sequence: 2, epoch: 2, group: group), &bench, grants: [grant])
        #expect(outcome.changes.last == Change(party: bench.fixture.party, to: .one(friend.peer), event: .grant(grant)))
        guard case .party(_, let told) = bench.ask(.getParty, as: friend).reply else {
            Issue.record("no party")
            return
        }
        #expect(told == grant)
        #expect(try bench.begin(friend, g0: nil).grant == grant)
        func update(_ card: Card) -> ControlRefusal? {
            bench.ask(.updatePeer(PeerUpdate(card: card.bytes)), as: friend).reply.refusal
        }
        #expect(update(try bench.fixture.card(friend, at: address, sequence: 2)) == .rule(.epoch))
        #expect(update(try bench.fixture.card(friend, at: address, sequence: 2, epoch: 2, group: group)) == nil)
    }

    @Test("a new invite needs no new roster, and revoking one deletes it")
    func invites() throws {
        var bench = try bench()
        let other = PartyFixture.bytes(8, 8)
        let roster = try bench.fixture.roster()
        #expect(put(roster, &bench, welcomes: [SealedWelcome(g0: other, welcome: [1])]).reply.refusal == nil)
        let friend = try PartyFixture.member(2)
        #expect(try bench.begin(friend, g0: other).welcome == [1])
        let old = ControlRequest.begin(identity: friend.identity.publicKey, g0: bench.fixture.g0)
        #expect(bench.ask(old).reply.refusal == .unknown("this invite"))
    }

    @Test("an ended party lets nobody in and takes nothing more")
    func ended() throws {
        var bench = try bench()
        #expect(put(try bench.fixture.roster(sequence: 2, flags: .ended), &bench).reply.refusal == nil)
        let friend = try PartyFixture.member(1)
        let again = ControlRequest.begin(identity: friend.identity.publicKey, g0: nil)
        #expect(bench.ask(again).reply.refusal == .rule(.ended))
        #expect(bench.ask(.updatePeer(PeerUpdate()), as: friend).reply.refusal == .rule(.ended))
    }

    @Test("a host registers again with a newer roster, but not with an older one")
    func registersAgain() throws {
        var bench = try bench()
        let joined = try bench.register(try bench.fixture.roster(sequence: 4), sequence: 2)
        #expect(joined.peers.count == 1)
        #expect(throws: ControlBench.Unexpected.self) {
            try bench.register(try bench.fixture.roster(sequence: 3), sequence: 3)
        }
    }
}
