import MeshCore
import MeshRules
import MeshWire
import Testing

@Suite("A control server over HTTP", .serialized, .timeLimit(.minutes(1)))
struct RemoteControlPlaneTests {
    @Test("a host registers, a friend joins, and each finds the other")
    func joins() async throws {
        try await ServerBench.run { bench in
            let fixture = try PartyFixture()
            let host = bench.plane(fixture)
            let friend = try PartyFixture.member(1)
            let plane = bench.plane(fixture, expectedKeyHash: bench.state.service.keyHash)
            #expect(try await host.register(fixture).peers.isEmpty)
            #expect(try await plane.begin(friend, g0: fixture.g0).welcome == fixture.welcome)
            let joined = try await plane.join(fixture, friend)
            #expect(try joined.peers.map { try Card.decode($0.card.span).peer } == [fixture.host.peer])
            guard case .peers(let infos) = await host.perform(.getPeers) else {
                throw UnexpectedReply(reply: await host.perform(.getPeers))
            }
            #expect(try infos.map { try Card.decode($0.card.span).peer } == [friend.peer])
            #expect(await plane.perform(.discoverPeer(fixture.host.peer)) == .peers(joined.peers))
            #expect(await plane.perform(.getParty) == .party(roster: try fixture.roster().bytes, grant: nil))
            guard case .heartbeat(_, let token, _) = await plane.perform(.heartbeat) else {
                throw UnexpectedReply(reply: await plane.perform(.heartbeat))
            }
            #expect(!token.isEmpty)
        }
    }

    @Test("what an update says arrives byte by byte")
    func updates() async throws {
        try await ServerBench.run { bench in
            let pair = try await bench.pair()
            let check = [UInt8](repeating: 0, count: 1_200).indices.map { UInt8(truncatingIfNeeded: $0) }
            let nat = PeerNAT(type: .symmetric, mapping: .addressAndPortDependent, filtering: .addressDependent)
            let update = PeerUpdate(nat: nat, candidates: [AddressedCheck(peer: pair.fixture.host.peer, check: check)])
            #expect(await pair.friend.perform(.updatePeer(update)) == .done)
            guard case .peers(let infos) = await pair.host.perform(.discoverPeer(pair.member.peer)) else {
                throw UnexpectedReply(reply: await pair.host.perform(.getPeers))
            }
            #expect(infos.map(\.candidates) == [check] && infos.map(\.nat) == [nat])
        }
    }

    @Test("refusals come through as they are")
    func refusals() async throws {
        try await ServerBench.run { bench in
            let fixture = try PartyFixture()
            let host = bench.plane(fixture)
            try await host.register(fixture)
            let friend = try PartyFixture.member(1)
            let plane = bench.plane(fixture)
            await #expect(throws: UnexpectedReply.self) {
                try await plane.join(fixture, friend, wg: fixture.host.wg)
            }
            let unknown = ControlRequest.begin(identity: friend.identity.publicKey, g0: PublicKey())
            #expect(await plane.perform(unknown) == .refused(.unknown("this invite")))
            try await plane.join(fixture, friend)
            #expect(await plane.perform(.signal(to: PeerID(), check: [1])) == .refused(.unknown("this peer")))

            let kicked = Roster.Member(identity: friend.identity.publicKey, status: .kicked)
            let roster = try fixture.roster(sequence: 2, flags: .closed, members: [kicked])
            #expect(
                await host.perform(.putParty(roster: roster.bytes, welcomes: fixture.welcomes, grants: nil))
                    == .party(roster: roster.bytes, grant: nil))
            #expect(await plane.perform(.heartbeat) == .refused(.unauthorised))
            let again = ControlRequest.begin(identity: friend.identity.publicKey, g0: nil)
            #expect(await plane.perform(again) == .refused(.rule(.kicked)))
            let stranger = ControlRequest.begin(
                identity: try PartyFixture.member(2).identity.publicKey, g0: fixture.g0)
            #expect(await plane.perform(stranger) == .refused(.rule(.closed)))
        }
    }

    @Test("a server that is not the invite's is not talked to")
    func wrongKeyHash() async throws {
        try await ServerBench.run { bench in
            let fixture = try PartyFixture()
            let plane = bench.plane(fixture, expectedKeyHash: Bytes16())
            let reply = await plane.perform(.begin(identity: fixture.host.identity.publicKey, g0: nil))
            guard case .refused(.unreachable(let why)) = reply else { throw UnexpectedReply(reply: reply) }
            #expect(why.contains("not the server"))
        }
    }

    @Test("plain HTTP into the internet is refused before a packet leaves")
    func plainHTTP() async throws {
        let fixture = try PartyFixture()
        for host in ["203.0.113.7", "2001:db8::7", "control.example"] {
            let plane = RemoteControlPlane(
                servers: [ControlAddress(host: host, port: 51_821)], party: fixture.party, expectedKeyHash: nil)
            let reply = await plane.perform(.begin(identity: fixture.host.identity.publicKey, g0: nil))
            guard case .refused(.notAsked(let why)) = reply else { throw UnexpectedReply(reply: reply) }
            #expect(why.contains(host) && why.contains("--insecure-http"))
        }
    }

    @Test("servers are tried in order, and what failed is told")
    func order() async throws {
        try await ServerBench.run { bench in
            let fixture = try PartyFixture()
            let dead = ControlAddress(host: "127.0.0.1", port: 1)
            let plane = RemoteControlPlane(
                servers: [dead, bench.address], party: fixture.party, expectedKeyHash: nil)
            #expect(try await plane.register(fixture).peers.isEmpty)
            let alone = RemoteControlPlane(servers: [dead], party: fixture.party, expectedKeyHash: nil)
            let reply = await alone.perform(.begin(identity: fixture.host.identity.publicKey, g0: nil))
            guard case .refused(.unreachable(let why)) = reply else { throw UnexpectedReply(reply: reply) }
            #expect(why.contains("127.0.0.1:1") && why.contains("refused"))
        }
    }
}
