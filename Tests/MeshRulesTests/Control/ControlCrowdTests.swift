import MeshRules
import MeshWire
import Testing

@Suite("Control rules: strangers who ask for too much")
struct ControlCrowdTests {
    private static func v4(_ number: UInt32) -> IPAddress { IPAddress(v4: 0xc000_0200 + number) }
    private static func v6(_ network: UInt64, _ host: UInt64) -> IPAddress {
        IPAddress(high: 0x2001_0db8_0000_0000 + network, low: host)
    }

    private func begin(_ bench: ControlBench, _ member: UInt8 = 1) throws -> ControlRequest {
        .begin(identity: try PartyFixture.member(member).identity.publicKey, g0: bench.fixture.g0)
    }

    @Test(
        "one source has so many nonces open, and is told when it may ask again",
        arguments: [
            (v4(1), v4(1), v4(2)),
            (v6(1, 5), v6(1, 77), v6(0x100, 5)),
            (v6(1, 5), v6(0xff, 77), v6(0x100, 5)),  // a /56 is one source
        ])
    func sourceBound(_ first: IPAddress, _ same: IPAddress, _ other: IPAddress) throws {
        var bench = try ControlBench()
        try bench.register()
        let request = try begin(bench)
        for number in 0..<ControlLimits.noncesOfSource {
            let source = number % 2 == 0 ? first : same
            #expect(bench.ask(request, source: source).reply.refusal == nil)
        }
        bench.now += 20
        #expect(bench.ask(request, source: same).reply.refusal == .busy(retryAfter: 40))
        #expect(bench.ask(request, source: other).reply.refusal == nil)
        #expect(bench.ask(request).reply.refusal == nil)
        bench.now += 40
        #expect(bench.ask(request, source: same).reply.refusal == nil)
    }

    @Test("a site with 256 households has four times the share of one")
    func site() throws {
        var bench = try ControlBench()
        let identity = try PartyFixture.member(1).identity.publicKey
        func isServed(_ number: UInt8, _ source: IPAddress) -> Bool {
            let party = PartyID([UInt8](repeating: number, count: 16).span, at: 0)
            let request = ControlRequest.begin(identity: identity, g0: nil)
            return bench.ask(request, party: party, source: source).reply.refusal == nil
        }
        let served = (UInt8.min...UInt8.max).count { isServed($0, Self.v6(UInt64($0) << 8, 1)) }
        let elsewhere = isServed(1, Self.v6(1 << 16, 1))
        #expect(served == 4 * ControlLimits.noncesOfSource)
        #expect(elsewhere)
    }

    @Test("a nonce that is used makes room for the next")
    func usedNonce() throws {
        var bench = try ControlBench()
        try bench.register()
        let friend = try PartyFixture.member(1)
        for sequence in 1...UInt64(ControlLimits.noncesOfSource + 5) {
            let reply = bench.ask(try begin(bench), source: Self.v4(1)).reply
            guard case .begun(let begun) = reply else { throw ControlBench.Unexpected(reply: reply) }
            let card = try bench.fixture.card(friend, at: try #require(begun.ipv4), sequence: sequence)
            let proof = bench.fixture.proof(card, begun, by: friend)
            #expect(bench.ask(.joinParty(g0: bench.fixture.g0, proof: proof)).reply.refusal == nil)
        }
    }

    @Test("a party's oldest nonce goes first, and no other party's")
    func partyBound() throws {
        var bench = try ControlBench()
        try bench.register()
        let friend = try PartyFixture.member(1)
        let elsewhere = PartyID([UInt8](repeating: 9, count: 16).span, at: 0)
        let host = bench.fixture.host.identity.publicKey
        let other = bench.ask(.begin(identity: host, g0: nil), party: elsewhere).reply
        let oldest = try bench.begin(friend, g0: bench.fixture.g0)
        let second = try bench.begin(friend, g0: bench.fixture.g0)
        for number in 0..<UInt32(ControlLimits.noncesOfParty - 1) {
            #expect(bench.ask(try begin(bench, 2), source: Self.v4(number)).reply.refusal == nil)
        }
        let card = try bench.fixture.card(friend, at: try #require(oldest.ipv4))
        let late = bench.fixture.proof(card, oldest, by: friend)
        #expect(bench.ask(.joinParty(g0: bench.fixture.g0, proof: late)).reply.refusal == .rule(.expired))
        let good = bench.fixture.proof(card, second, by: friend)
        #expect(bench.ask(.joinParty(g0: bench.fixture.g0, proof: good)).reply.refusal == nil)
        guard case .begun(let begun) = other else { throw ControlBench.Unexpected(reply: other) }
        let proof = bench.fixture.proof(
            try bench.fixture.card(bench.fixture.host, at: 1), begun, by: bench.fixture.host)
        // Its nonce is found: what is wrong comes later.
        let answer = bench.ask(
            .registerParty(roster: [], welcomes: [], proof: proof), party: elsewhere)
        #expect(answer.reply.refusal == .rule(.short))
    }

    @Test("a hundred sources that ask for unknown parties don't keep anybody from joining")
    func wholeBound() throws {
        var bench = try ControlBench()
        try bench.register()
        let identity = try PartyFixture.member(9).identity.publicKey
        for number in 0..<UInt32(ControlLimits.nonces) {
            let unknown = PartyID(
                ([UInt8](repeating: 0, count: 14) + [UInt8(number >> 8), UInt8(number & 255)]).span, at: 0)
            let source = IPAddress(v4: 0xcb00_7100 + number / 32)
            #expect(bench.ask(.begin(identity: identity, g0: nil), party: unknown, source: source).reply.refusal == nil)
        }
        try bench.join(PartyFixture.member(1))
    }

    @Test("a source registers so many new parties a day, and its old ones again as often as it likes")
    func partiesOfSource() throws {
        var bench = try ControlBench()
        func register(_ number: UInt8, _ source: IPAddress, sequence: UInt64 = 1) throws -> ControlRefusal? {
            let fixture = try PartyFixture(number)
            let reply = bench.ask(
                .begin(identity: fixture.host.identity.publicKey, g0: nil), party: fixture.party
            ).reply
            guard case .begun(let begun) = reply else { throw ControlBench.Unexpected(reply: reply) }
            let card = try fixture.card(fixture.host, at: PartyFixture.hostAddress, sequence: sequence)
            let request = ControlRequest.registerParty(
                roster: try fixture.roster().bytes, welcomes: fixture.welcomes,
                proof: fixture.proof(card, begun, by: fixture.host))
            return bench.ask(request, party: fixture.party, source: source).reply.refusal
        }
        for number in 1...UInt8(ControlLimits.partiesOfSource) { #expect(try register(number, Self.v4(1)) == nil) }
        bench.now += 3_600
        #expect(try register(30, Self.v4(1)) == .busy(retryAfter: 82_800))
        #expect(!bench.records.contains { $0 == .removeParty(bench.fixture.party) })
        #expect(try register(1, Self.v4(1), sequence: 2) == nil)
        #expect(try register(30, Self.v4(2)) == nil)
        bench.now += 82_800
        #expect(try register(31, Self.v4(1)) == nil)
    }

    @Test("candidates left for others have a bound in bytes, and the party with most loses its own")
    func candidateBytes() throws {
        var bench = try ControlBench(policy: ControlPolicy(candidateBytes: 5_000))
        try bench.register()
        let small = try PartyFixture(2)
        let begun = bench.ask(.begin(identity: small.host.identity.publicKey, g0: nil), party: small.party).reply
        guard case .begun(let nonce) = begun else { throw ControlBench.Unexpected(reply: begun) }
        let card = try small.card(small.host, at: PartyFixture.hostAddress)
        bench.ask(
            .registerParty(
                roster: try small.roster().bytes, welcomes: [], proof: small.proof(card, nonce, by: small.host)),
            party: small.party)
        for number in UInt8(1)...4 { try bench.join(PartyFixture.member(number)) }
        let check = [UInt8](repeating: 1, count: 1_200)
        for number in UInt8(1)...4 {
            let update = PeerUpdate(candidates: [AddressedCheck(peer: bench.fixture.host.peer, check: check)])
            let outcome = bench.ask(.updatePeer(update), as: try PartyFixture.member(number))
            #expect(outcome.reply == .done && outcome.changes.count == 1)
        }
        func held() -> Int {
            guard case .peers(let infos) = bench.ask(.getPeers, as: bench.fixture.host).reply else { return 0 }
            return infos.count { $0.candidates != nil }
        }
        #expect(held() == 4)
        let last = PeerUpdate(candidates: [AddressedCheck(peer: bench.fixture.host.peer, check: check)])
        let five = bench.ask(.updatePeer(last), as: try PartyFixture.member(1))
        #expect(five.reply == .done && held() == 1)
        try bench.restart()
        #expect(held() == 1)
    }

    @Test("a party whose members come and go keeps so many addresses, its members' among them")
    func addressBound() throws {
        var bench = try ControlBench()
        try bench.register()
        let stayer = try PartyFixture.member(1)
        try bench.join(stayer)
        var held: Set<PeerID> = []
        for number in 0..<ControlLimits.addresses + 20 {
            let seed =
                Bytes32([UInt8(number >> 8), UInt8(number & 255)] + [UInt8](repeating: 3, count: 30)) ?? Bytes32()
            let guest = PartyFixture.Member(identity: try SigningKey(seed: seed), wg: seed, name: "Guest")
            try bench.join(guest)
            bench.ask(.leaveParty, as: guest)
        }
        for case .address(_, let peer, let address) in bench.records {
            if address == nil { held.remove(peer) } else { held.insert(peer) }
        }
        #expect(held.count == ControlLimits.addresses)
        #expect(held.isSuperset(of: [stayer.peer, bench.fixture.host.peer]))
        try bench.restart()
        #expect(bench.ask(.getPeers, as: stayer).reply.refusal == nil)
    }
}
