import MeshRules
import MeshWire
import Testing

@Suite("Control rules: members")
struct ControlMemberTests {
    private func bench() throws -> (ControlBench, host: PartyFixture.Member, friend: PartyFixture.Member) {
        var bench = try ControlBench()
        try bench.register()
        let friend = try PartyFixture.member(1)
        try bench.join(friend)
        return (bench, bench.fixture.host, friend)
    }

    @Test("candidates reach the one they were left for, and nobody else")
    func candidates() throws {
        var (bench, host, friend) = try bench()
        let other = try PartyFixture.member(2)
        try bench.join(other)
        let update = PeerUpdate(candidates: [
            AddressedCheck(peer: host.peer, check: [1, 2, 3]), AddressedCheck(peer: PeerID(), check: [9]),
        ])
        let outcome = bench.ask(.updatePeer(update), as: friend)
        #expect(outcome.reply == .done)
        #expect(outcome.changes.map(\.to) == [.one(host.peer)])
        guard case .peers(let forHost) = bench.ask(.discoverPeer(friend.peer), as: host).reply,
            case .peers(let forOther) = bench.ask(.discoverPeer(friend.peer), as: other).reply
        else {
            Issue.record("no peers")
            return
        }
        #expect(forHost.map(\.candidates) == [[1, 2, 3]])
        #expect(forOther.map(\.candidates) == [nil])
    }

    @Test("a NAT that is told goes to all others")
    func nat() throws {
        var (bench, host, friend) = try bench()
        let nat = PeerNAT(type: .symmetric, mapping: .addressDependent, filtering: .addressAndPortDependent)
        let outcome = bench.ask(.updatePeer(PeerUpdate(nat: nat)), as: friend)
        #expect(outcome.changes.count == 1)
        guard case .peer(let info) = try #require(outcome.changes.first).event else {
            Issue.record("no peer event")
            return
        }
        #expect(info.nat == nat && outcome.changes.first?.to == .one(host.peer))
    }

    @Test("a card's sequence rises, and it stays its owner's")
    func cards() throws {
        var (bench, _, friend) = try bench()
        let address = try #require(try bench.begin(friend, g0: nil).ipv4)
        func update(_ card: Card) -> ControlReply {
            bench.ask(.updatePeer(PeerUpdate(card: card.bytes)), as: friend).reply
        }
        #expect(update(try bench.fixture.card(friend, at: address, sequence: 3)) == .done)
        #expect(update(try bench.fixture.card(friend, at: address, sequence: 3)).refusal == nil)
        #expect(update(try bench.fixture.card(friend, at: address, sequence: 2)).refusal == .rule(.rank))
        let other = try PartyFixture.member(2)
        #expect(update(try bench.fixture.card(other, at: address, sequence: 9)).refusal == .rule(.identity))
    }

    @Test("a check goes to a member only, and is no longer than a packet")
    func signals() throws {
        var (bench, host, friend) = try bench()
        let outcome = bench.ask(.signal(to: host.peer, check: [5]), as: friend)
        #expect(
            outcome.changes == [
                Change(
                    party: bench.fixture.party, to: .one(host.peer), event: .signal(from: friend.peer, check: [5]))
            ])
        #expect(outcome.records.isEmpty)
        #expect(bench.ask(.signal(to: PeerID(), check: [5]), as: friend).reply.refusal == .unknown("this peer"))
        let long = [UInt8](repeating: 0, count: 1_201)
        #expect(bench.ask(.signal(to: host.peer, check: long), as: friend).reply.refusal == .rule(.long))
    }

    @Test("who leaves is gone at once, and the others are told")
    func leaves() throws {
        var (bench, host, friend) = try bench()
        let update = PeerUpdate(candidates: [AddressedCheck(peer: friend.peer, check: [1])])
        bench.ask(.updatePeer(update), as: host)
        let outcome = bench.ask(.leaveParty, as: friend)
        #expect(
            outcome.changes == [
                Change(party: bench.fixture.party, to: .all(except: friend.peer), event: .left(friend.peer))
            ])
        #expect(bench.ask(.heartbeat, as: friend).reply.refusal == .unauthorised)
        #expect(bench.ask(.getPeers, as: host).reply == .peers([]))
    }

    @Test("a bearer is one member's of one party, for a day, and a heartbeat renews it")
    func bearers() throws {
        var (bench, _, friend) = try bench()
        guard case .heartbeat(let time, let token, let expires) = bench.ask(.heartbeat, as: friend).reply else {
            Issue.record("no heartbeat")
            return
        }
        let party = bench.fixture.party
        #expect(time == bench.now && expires == bench.now + 86_400)
        #expect(bench.rules.authenticate(bearer: token, party: party, now: expires - 1) == friend.peer)
        #expect(bench.rules.authenticate(bearer: token, party: party, now: expires) == nil)
        #expect(bench.rules.authenticate(bearer: token, party: try PartyFixture(2).party, now: time) == nil)
        #expect(ControlRules.party(ofBearer: token) == party)
        for index in token.indices {
            var forged = token
            let digit: Character = token[index] == "0" ? "1" : "0"
            forged.replaceSubrange(index...index, with: [digit])
            #expect(bench.rules.authenticate(bearer: forged, party: party, now: time) == nil)
        }
        for text in ["", "00", token + "00", String(token.dropLast(2)), "x\(token.dropFirst())"] {
            #expect(bench.rules.authenticate(bearer: text, party: party, now: time) == nil)
        }
        bench.ask(.leaveParty, as: friend)
        #expect(bench.rules.authenticate(bearer: token, party: party, now: time) == nil)
    }
}
