import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("Joining a party whose roster has moved on")
struct LaterRosterTests {
    let party: TestParty
    let invite: InviteCode
    let machine: TestPerson

    init() throws {
        party = try TestParty()
        machine = try TestPerson.ben()
        invite = try InviteCode(
            party: party.party, secret: Bytes16(SeededRandom.bytes(seed: 92, 16).span, at: 0), minEpoch: 1,
            servers: [
                InviteCode.Server(keyHash: TestParty.keyHash, host: .address(address("198.51.100.9")), port: 51821)
            ], hosts: [])
    }

    private func begin(_ roster: Roster, keys: EpochKeys) throws -> (JoinFlow, CommandRefusal?) {
        var flow = try JoinFlow(
            invite: invite, memberName: "ben", wireGuardPrivate: machine.wgPrivate, incarnation: 1)
        let welcome = Welcome.seal(
            epoch: keys.epoch, epochKey: keys.key, inviteKey: invite.key, party: party.party,
            nonce: [UInt8](repeating: 7, count: 12))
        let begun = Begun(
            nonce: TestServer.nonce, keyHash: TestParty.keyHash, roster: roster.bytes, ipv4: machine.ipv4,
            welcome: welcome)
        let refused = commandRefusal { _ = try flow.begun(begun) }
        return (flow, refused)
    }

    @Test("an epoch above 1 asks for a newer MeshTUI before anything is registered")
    func newerEpoch() throws {
        let second = try EpochKeys(
            party: party.party, epoch: 2, key: Bytes32(SeededRandom.bytes(seed: 3, 32).span, at: 0))
        let (_, refused) = try begin(party.roster(epoch: 2, keys: second), keys: second)
        #expect(refused == .newerEpoch)
    }

    @Test(
        "a party that is closed or has ended says so",
        arguments: [(Roster.Flags.closed, Refusal.closed), (.ended, .ended)])
    func over(flags: Roster.Flags, reason: Refusal) throws {
        let (_, refused) = try begin(party.roster(flags: flags), keys: party.keys)
        #expect(refused == .control(.rule(reason)))
    }

    @Test("a roster that was renewed between begin and join is taken, an older one is not")
    func renewed() throws {
        let (flow, refused) = try begin(party.roster(sequence: 4), keys: party.keys)
        #expect(refused == nil)
        let newer = try flow.joined(TestServer.joined(party.roster(sequence: 5).bytes))
        #expect(newer.roster.sequence == 5)
        let older = try flow.joined(TestServer.joined(party.roster(sequence: 3).bytes))
        #expect(older.roster.sequence == 4)
    }

    @Test("a roster of a later epoch that comes with the join asks for a newer MeshTUI")
    func joinedIntoLaterEpoch() throws {
        let (flow, _) = try begin(party.roster(), keys: party.keys)
        let second = try EpochKeys(
            party: party.party, epoch: 2, key: Bytes32(SeededRandom.bytes(seed: 3, 32).span, at: 0))
        let roster = try party.roster(epoch: 2, keys: second)
        let refused = commandRefusal { _ = try flow.joined(TestServer.joined(roster.bytes)) }
        #expect(refused == .newerEpoch)
    }
}

@Suite("Coming back to the control plane")
struct ReturnFlowTests {
    let party: TestParty
    let person: TestPerson

    init() throws {
        party = try TestParty()
        person = try TestPerson.ben()
    }

    private func begin(
        _ begun: Begun, as membership: inout Membership
    ) throws(Refusal) -> ControlRequest {
        var step = Step(now: at(0), random: SeededRandom(seed: 8))
        return try ReturnFlow.begun(begun, &membership, mayMove: true, &step)
    }

    private func begun(roster: [UInt8]?, ipv4: UInt32? = nil, keyHash: Bytes16 = TestParty.keyHash) -> Begun {
        Begun(nonce: TestServer.nonce, keyHash: keyHash, roster: roster, ipv4: ipv4)
    }

    @Test("a member joins again without an invite, with a higher card")
    func returns() throws {
        var membership = try party.membership(of: person)
        let before = membership.ownCard
        #expect(ReturnFlow.firstRequest(membership) == .begin(identity: person.identity.publicKey, g0: nil))
        let request = try begin(begun(roster: party.roster(sequence: 2).bytes, ipv4: person.ipv4), as: &membership)
        guard case .joinParty(nil, let proof) = request else { throw Refusal.kind }
        let card = try Card.decode(proof.card.span)
        #expect(card.sequence > before.sequence)
        #expect(card == membership.ownCard)
        #expect(membership.roster.sequence == 2)
    }

    /// What the server says, and why it is refused.
    @Test("lies are refused: another key, another party, an address that can't be ours")
    func lies() throws {
        let roster = try party.roster().bytes
        let foreign = try TestParty(seed: 2).roster().bytes
        let cases: [(Begun, Refusal)] = [
            (begun(roster: roster, ipv4: person.ipv4, keyHash: Bytes16()), .identity),
            (begun(roster: foreign, ipv4: person.ipv4), .party),
            (begun(roster: roster, ipv4: 0x0a43_0002), .address),
            (begun(roster: roster, ipv4: TestParty.hostAddress), .address),
        ]
        for (answer, expected) in cases {
            var membership = try party.membership(of: person)
            #expect(refusal { _ = try begin(answer, as: &membership) } == expected)
        }
    }

    @Test("only the host may register a party that the server has lost, with a WELCOME for its invite")
    func lost() throws {
        var friend = try party.membership(of: person)
        guard case .joinParty(nil, _) = try begin(begun(roster: nil), as: &friend) else { throw Refusal.kind }
        let founding = try Founding()
        var host = try founding.flow.registered(TestServer.joined(founding.roster.bytes))
        guard case .registerParty(let roster, let welcomes, let proof) = try begin(begun(roster: nil), as: &host) else {
            throw Refusal.kind
        }
        #expect(roster == founding.roster.bytes)
        #expect(welcomes.map(\.g0) == founding.welcomes.map(\.g0))
        let sealed = welcomes[0].welcome
        let inviteKey = try founding.invite().key
        let opened = try Welcome.open(sealed.span, inviteKey: inviteKey, party: host.party)
        #expect(opened.epochKey == host.keys.key)
        #expect(try Card.decode(proof.card.span).ipv4 == TestParty.hostAddress)
    }
}
