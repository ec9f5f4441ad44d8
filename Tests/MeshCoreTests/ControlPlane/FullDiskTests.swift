import MeshRules
import MeshWire
import Synchronization
import Testing

@testable import MeshCore

@Suite("A control plane on a full disk", .timeLimit(.minutes(1)))
struct FullDiskTests {
    private let fixture: PartyFixture
    private let keys: ControlKeys

    init() throws {
        fixture = try PartyFixture()
        keys = ControlKeys(keyHash: Bytes16(), issuer: try SigningKey(seed: PartyFixture.bytes(1, 90)))
    }

    private func begun(_ plane: LocalControlPlane, _ member: PartyFixture.Member, g0: PublicKey?) async throws -> Begun
    {
        let reply = await plane.perform(.begin(identity: member.identity.publicKey, g0: g0))
        guard case .begun(let begun) = reply else { throw Refusal.party }
        return begun
    }

    private func register(_ plane: LocalControlPlane) async throws {
        let begun = try await begun(plane, fixture.host, g0: nil)
        let card = try fixture.card(fixture.host, at: PartyFixture.hostAddress)
        let proof = fixture.proof(card, begun, by: fixture.host)
        let request = ControlRequest.registerParty(
            roster: try fixture.roster().bytes, welcomes: fixture.welcomes, proof: proof)
        guard case .joined = await plane.perform(request) else { throw Refusal.party }
    }

    private func join(_ number: UInt8, _ service: ControlService) async throws -> ControlReply {
        let plane = LocalControlPlane(service: service, party: fixture.party)
        let member = try PartyFixture.member(number)
        let begun = try await begun(plane, member, g0: fixture.g0)
        let card = try fixture.card(member, at: try #require(begun.ipv4))
        return await plane.perform(.joinParty(g0: fixture.g0, proof: fixture.proof(card, begun, by: member)))
    }

    @Test("what doesn't fit is refused in words, nothing of it is kept, nobody hears of it, and there is a way back")
    func full() async throws {
        try await withScratchFolder { folder in
            let store = try SQLiteControlStore(folder: folder)
            let service = try await ControlService.open(store: store, keys: keys)
            let host = LocalControlPlane(service: service, party: fixture.party)
            try await register(host)
            try await store.database.limit(pages: 1)

            var (last, before, number) = (ControlReply.done, try await store.load(), UInt8(0))
            var known = await peers(of: host)
            repeat {
                (before, known) = (try await store.load(), await peers(of: host))
                number += 1
                last = try await join(number, service)
            } while last.isJoined && number < 31
            guard case .refused(let refusal) = last else {
                Issue.record("31 members fit into no new page: \(last)")
                return
            }
            let problem = ControlProblem(refusal)
            #expect(problem.status == 503)
            #expect(problem.detail == "the disk of \(folder)/control.sqlite is full: make room")
            #expect(try await store.load() == before)
            #expect(await peers(of: host) == known)
            #expect(try await SQLiteControlStore(folder: folder).load() == before)

            let stream = await service.events(party: fixture.party, peer: fixture.host.peer, after: nil)
            try await store.database.limit(pages: 1 << 20)
            #expect(try await join(number, service).isJoined)
            var events = stream.makeAsyncIterator()
            guard case .event(_, .peer(let info))? = await events.next() else {
                Issue.record("the host was not told")
                return
            }
            #expect(try Card.decode(info.card.span).peer == PartyFixture.member(number).peer)
            #expect(try await SQLiteControlStore(folder: folder).load().count > before.count)
        }
    }

    private func peers(of plane: LocalControlPlane) async -> [[UInt8]] {
        guard case .peers(let infos) = await plane.perform(.getPeers) else { return [] }
        return infos.map(\.card)
    }

    @Test("nobody is taken for silent because a write has failed")
    func nobodySilent() async throws {
        let store = MemoryStore()
        let clock = TestClock(2_000_000_000)
        let service = try await ControlService.open(
            store: store, keys: keys, clock: { clock.now }, uptime: { clock.now })
        let host = LocalControlPlane(service: service, party: fixture.party)
        try await register(host)
        guard try await join(1, service).isJoined else { throw Refusal.party }
        clock.set(2_000_001_800)
        for number: UInt8 in [0, 1] {
            let peer = try PartyFixture.member(number).peer
            _ = await service.perform(.heartbeat, party: fixture.party, from: .member(peer), source: .inProcess)
        }
        store.problem = .full(path: "/x")
        guard case .refused(.unreachable) = try await join(2, service) else { throw Refusal.party }
        guard case .peers(let infos) = await host.perform(.getPeers) else { throw Refusal.party }
        #expect(infos.map(\.away) == [false])
    }
}

/// A clock that a test turns.
private final class TestClock: Sendable {
    private let seconds: Mutex<UInt64>
    init(_ seconds: UInt64) { self.seconds = Mutex(seconds) }
    var now: UInt64 { seconds.withLock { $0 } }
    func set(_ seconds: UInt64) { self.seconds.withLock { $0 = seconds } }
}

extension ControlReply {
    fileprivate var isJoined: Bool { if case .joined = self { true } else { false } }
}
