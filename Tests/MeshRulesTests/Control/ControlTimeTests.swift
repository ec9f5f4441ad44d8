import MeshRules
import MeshWire
import Testing

@Suite("Control rules: time, restarts and relays")
struct ControlTimeTests {
    private func bench() throws -> ControlBench {
        var bench = try ControlBench()
        try bench.register()
        try bench.join(PartyFixture.member(1))
        return bench
    }

    private func isAway(_ bench: inout ControlBench) -> Bool? {
        guard case .peers(let infos) = bench.ask(.getPeers, as: bench.fixture.host).reply else { return nil }
        return infos.first?.away
    }

    @Test("five silent minutes make a peer away, told once, and a heartbeat brings it back")
    func away() throws {
        var bench = try bench()
        bench.now += 299
        bench.ask(.heartbeat, as: bench.fixture.host)
        #expect(bench.sweep().changes.isEmpty)
        #expect(isAway(&bench) == false)
        bench.now += 1
        #expect(bench.sweep().changes.map(\.to) == [.one(bench.fixture.host.peer)])
        #expect(bench.sweep().changes.isEmpty)
        #expect(isAway(&bench) == true)
        let back = bench.ask(.heartbeat, as: try PartyFixture.member(1))
        #expect(back.changes.map(\.to) == [.one(bench.fixture.host.peer)])
        #expect(isAway(&bench) == false)
    }

    @Test("silence counts from the server's start")
    func awayAfterStart() throws {
        var bench = try bench()
        bench.now += 100_000
        try bench.restart()
        #expect(isAway(&bench) == false)
        bench.now += 300
        #expect(isAway(&bench) == true)
    }

    @Test("thirty silent days make a server forget a peer, its address, and then the party")
    func forgotten() throws {
        var bench = try bench()
        let party = bench.fixture.party
        let friend = try PartyFixture.member(1)
        bench.now += 30 * 86_400 - 1
        bench.ask(.heartbeat, as: bench.fixture.host)
        #expect(bench.sweep().records.isEmpty)
        bench.now += 1
        let outcome = bench.sweep()
        #expect(outcome.records == [.removePeer(party, friend.peer), .address(party, friend.peer, nil)])
        #expect(!outcome.changes.contains { $0.event == .left(friend.peer) })
        bench.now += 31 * 86_400
        #expect(bench.sweep().records.contains(.removeParty(party)))
        #expect(bench.ask(.getParty, as: bench.fixture.host).reply.refusal == .unknown("this party"))
    }

    @Test("a party that its roster says to keep is kept")
    func kept() throws {
        var bench = try ControlBench()
        try bench.register(try bench.fixture.roster(flags: .keep))
        bench.now += 40 * 86_400
        bench.sweep()
        bench.sweep()
        #expect(!bench.records.contains(.removeParty(bench.fixture.party)))
    }

    @Test("a server that was away for weeks gives a day to come back")
    func returningServer() throws {
        var bench = try bench()
        bench.now += 40 * 86_400
        try bench.restart()
        bench.now += 86_399
        #expect(bench.sweep().records.isEmpty)
        bench.now += 1
        #expect(!bench.sweep().records.isEmpty)
    }

    @Test(
        "a clock that is wrong for ten seconds forgets nobody and takes nobody for away",
        arguments: [40 * 86_400, 400 * 86_400, 301, 3_600, -40 * 86_400, -3_600])
    func clockJumps(_ seconds: Int) throws {
        var bench = try bench()
        bench.records += try bench.rules.registerRelay(relay(1), now: bench.now).outcome.records
        bench.sweep()
        let before = bench.records.count
        func pass(_ step: Int, by jump: Int = 0) throws {
            bench.now = UInt64(Int(bench.now) + step + jump)
            bench.clockAhead &+= UInt64(bitPattern: Int64(jump))
            let outcome = bench.sweep()
            #expect(outcome.changes.isEmpty)
            #expect(!outcome.records.contains { $0.isRemoval })
            #expect(isAway(&bench) == false)
        }
        try pass(5)
        try pass(5, by: seconds)
        bench.ask(.heartbeat, as: bench.fixture.host)
        try pass(5)
        try pass(5, by: -seconds)
        bench.ask(.heartbeat, as: bench.fixture.host)
        for _ in 0..<10 { try pass(5) }
        #expect(!bench.records[before...].contains { $0.isRemoval })
        // Silence is noticed again afterwards, also of who was heard while the clock was wrong.
        bench.now += 300
        let told = bench.sweep().changes.filter { if case .peer = $0.event { true } else { false } }
        #expect(told.count == 2 && isAway(&bench) == true)
    }

    @Test("a clock that was set for good makes a day of grace, and then what is silent is forgotten")
    func clockSet() throws {
        var bench = try bench()
        bench.sweep()
        (bench.now, bench.clockAhead) = (bench.now + 40 * 86_400, 40 * 86_400)
        #expect(bench.sweep().records.isEmpty)
        bench.now += 86_399
        #expect(bench.sweep().records.isEmpty)
        bench.now += 1
        #expect(bench.sweep().records.contains { $0.isRemoval })
    }

    @Test("a restart loses nothing")
    func restarts() throws {
        var bench = try bench()
        let friend = try PartyFixture.member(1)
        let update = PeerUpdate(
            nat: PeerNAT(type: .fullCone), candidates: [AddressedCheck(peer: bench.fixture.host.peer, check: [4])])
        bench.ask(.updatePeer(update), as: friend)
        guard case .heartbeat(_, let token, _) = bench.ask(.heartbeat, as: friend).reply else {
            Issue.record("no heartbeat")
            return
        }
        let before = bench.ask(.getPeers, as: bench.fixture.host).reply
        let address = try bench.begin(friend, g0: nil).ipv4
        try bench.restart()
        #expect(bench.ask(.getPeers, as: bench.fixture.host).reply == before)
        #expect(bench.rules.authenticate(bearer: token, party: bench.fixture.party, now: bench.now) == friend.peer)
        #expect(try bench.begin(friend, g0: bench.fixture.g0).ipv4 == address)
        #expect(try bench.begin(friend, g0: bench.fixture.g0).welcome == bench.fixture.welcome)
    }

    @Test("what is damaged is not taken up")
    func damaged() throws {
        var rules = try ControlBench.rules(startedAt: 0)
        let party = try PartyFixture().party
        #expect(throws: Refusal.short) { try rules.restore(from: [.party(party, roster: [1], used: 0)]) }
    }

    @Test("most heartbeats are not written down")
    func heartbeatRecords() throws {
        var bench = try bench()
        let friend = try PartyFixture.member(1)
        var written = 0
        for _ in 0..<240 {
            bench.now += 30
            if !bench.ask(.heartbeat, as: friend).records.isEmpty { written += 1 }
        }
        #expect(written == 2)
    }

    private func relay(_ number: UInt8, port: UInt16 = 51_822) -> RelayAnnouncement {
        RelayAnnouncement(
            key: PartyFixture.bytes(number, 70),
            endpoints: [Endpoint(IPAddress(v4: 0xc000_0200 + UInt32(number)), port)],
            region: "eu-west", capacity: 100, load: 3)
    }

    @Test("relays are listed with a token of this server, told of, and taken off when they fall silent")
    func relays() throws {
        var bench = try bench()
        let friend = try PartyFixture.member(1)
        #expect(bench.ask(.relays, as: friend).reply == .relays([], token: nil))
        let first = try bench.rules.registerRelay(relay(1), now: bench.now)
        #expect(first.outcome.changes == [Change(party: nil, to: .all(except: nil), event: .relays)])
        #expect(try bench.rules.registerRelay(relay(1), now: bench.now).outcome == ControlOutcome())
        #expect(!(try bench.rules.registerRelay(relay(1, port: 9), now: bench.now).outcome.changes.isEmpty))
        guard case .relays(let listed, let bytes?) = bench.ask(.relays, as: friend).reply else {
            Issue.record("no relays")
            return
        }
        #expect(listed.map(\.id) == [relay(1).id])
        let token = try RelayToken.decode(bytes.span)
        try token.verify()
        #expect(token.issuer == first.lease.issuer && token.wg == friend.wg && token.expiry > bench.now)
        #expect(token.scope == Derivation.scope(group: bench.fixture.group.publicKey))
        bench.now += first.lease.lifetime + 1
        #expect(bench.ask(.relays, as: friend).reply == .relays([], token: nil))
        let outcome = bench.sweep()
        #expect(outcome.records == [.removeRelay(relay(1).id)])
        #expect(outcome.changes.contains(Change(party: nil, to: .all(except: nil), event: .relays)))
    }

    @Test("a third key of one identity within a week gets no relay token, and the member is told until when")
    func tokenKeys() throws {
        var bench = try bench()
        let friend = try PartyFixture.member(1)
        let address = try #require(try bench.begin(friend, g0: nil).ipv4)
        func token(_ key: UInt8) throws -> Bool {
            let card = try bench.fixture.card(
                friend, at: address, sequence: bench.now, wg: PartyFixture.bytes(key, 60))
            #expect(bench.ask(.updatePeer(PeerUpdate(card: card.bytes)), as: friend).reply == .done)
            _ = try bench.rules.registerRelay(relay(1), now: bench.now)
            guard case .relays(let listed, let token) = bench.ask(.relays, as: friend).reply, listed.count == 1 else {
                throw Refusal.range
            }
            return token != nil
        }
        func after() -> UInt64? {
            bench.rules.tokenAfter(party: bench.fixture.party, peer: friend.peer, now: bench.now)
        }
        let start = bench.now
        #expect(try token(1))
        bench.now += 3_600
        #expect(try token(2))
        bench.now += 1
        #expect(try !token(3))
        #expect(after() == start + 7 * 86_400)
        bench.ask(.leaveParty, as: friend)
        try bench.join(friend, sequence: bench.now + 1)
        bench.now += 2
        #expect(try !token(4))
        bench.now = start + 7 * 86_400
        bench.sweep()
        #expect(try token(4) && after() == nil)
    }

    @Test("relays that lead to their own machine or link are not listed, unless the server allows it")
    func loopbackRelays() throws {
        var bench = try bench()
        var mixed = relay(1)
        mixed.endpoints += [Endpoint(IPAddress(v4: 0x7f00_0001), 1), Endpoint(IPAddress(v4: 0xa9fe_0001), 1)]
        _ = try bench.rules.registerRelay(mixed, now: bench.now)
        guard case .relays(let listed, _) = bench.ask(.relays, as: bench.fixture.host).reply else {
            Issue.record("no relays")
            return
        }
        #expect(listed.map(\.endpoints) == [relay(1).endpoints])
        mixed.endpoints.removeFirst()
        #expect(throws: ControlRefusal.rule(.address)) { try bench.rules.registerRelay(mixed, now: bench.now) }
    }

    @Test("relays stand on the list after a restart until they should have come back")
    func relaysAfterRestart() throws {
        var bench = try bench()
        bench.records += try bench.rules.registerRelay(relay(1), now: bench.now).outcome.records
        bench.now += 1_000
        try bench.restart()
        guard case .relays(let listed, _) = bench.ask(.relays, as: bench.fixture.host).reply else {
            Issue.record("no relays")
            return
        }
        #expect(listed.count == 1)
    }

    @Test("a relay that can't be reached or named is refused")
    func badRelays() throws {
        var bench = try bench()
        var faulty = [relay(1), relay(1), relay(1), relay(1)]
        faulty[0].endpoints = []
        faulty[1].endpoints = [Endpoint(IPAddress(), 1)]
        faulty[2].region = "eu\u{202e}west"
        faulty[3].endpoints = [Endpoint(IPAddress(v4: 0xc000_0201), 0)]
        let expected: [Refusal] = [.range, .address, .name, .address]
        for (relay, refusal) in zip(faulty, expected) {
            #expect(throws: ControlRefusal.rule(refusal)) { try bench.rules.registerRelay(relay, now: bench.now) }
        }
    }
}

extension ControlRecord {
    fileprivate var isRemoval: Bool {
        switch self {
        case .removeParty, .removePeer, .removeRelay, .address(_, _, nil): true
        default: false
        }
    }
}
