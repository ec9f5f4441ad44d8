import MeshCore
import MeshRules
import MeshWire
import Synchronization
import Testing

/// A store in memory that can be told to fail.
final class MemoryStore: ControlStore {
    private struct State {
        var records: [ControlRecord] = []
        var problem: StorageProblem?
        var unreadable: StorageProblem?
    }

    private let state = Mutex(State())

    var problem: StorageProblem? {
        get { state.withLock { $0.problem } }
        set { state.withLock { $0.problem = newValue } }
    }

    /// Why nothing can be read either.
    var unreadable: StorageProblem? {
        get { state.withLock { $0.unreadable } }
        set { state.withLock { $0.unreadable = newValue } }
    }

    func load() async throws(StorageProblem) -> [ControlRecord] {
        let (records, problem) = state.withLock { ($0.records, $0.unreadable) }
        if let problem { throw problem }
        return records
    }

    func apply(_ records: [ControlRecord]) async throws(StorageProblem) {
        let problem = state.withLock { state in
            if state.problem == nil { state.records += records }
            return state.problem
        }
        if let problem { throw problem }
    }
}

@Suite("The control service", .timeLimit(.minutes(1)))
struct ControlServiceTests {
    private let fixture: PartyFixture
    private let store = MemoryStore()
    private let keys: ControlKeys

    init() throws {
        fixture = try PartyFixture()
        keys = ControlKeys(keyHash: Bytes16(), issuer: try SigningKey(seed: PartyFixture.bytes(1, 90)))
    }

    private func service(at now: UInt64 = 2_000_000_000) async throws -> ControlService {
        try await ControlService.open(store: store, keys: keys, clock: { now })
    }

    private func begin(_ member: PartyFixture.Member, g0: PublicKey?, _ plane: LocalControlPlane) async throws -> Begun
    {
        guard case .begun(let begun) = await plane.perform(.begin(identity: member.identity.publicKey, g0: g0)) else {
            throw Refusal.party
        }
        return begun
    }

    private func register(_ plane: LocalControlPlane) async throws -> ControlReply {
        let begun = try await begin(fixture.host, g0: nil, plane)
        let card = try fixture.card(fixture.host, at: PartyFixture.hostAddress)
        return await plane.perform(
            .registerParty(
                roster: try fixture.roster().bytes, welcomes: fixture.welcomes,
                proof: fixture.proof(card, begun, by: fixture.host)))
    }

    private func join(_ member: PartyFixture.Member, _ plane: LocalControlPlane) async throws -> ControlReply {
        let begun = try await begin(member, g0: fixture.g0, plane)
        let card = try fixture.card(member, at: try #require(begun.ipv4))
        return await plane.perform(.joinParty(g0: fixture.g0, proof: fixture.proof(card, begun, by: member)))
    }

    @Test("a host in process hears of who joins over the network")
    func local() async throws {
        let service = try await service()
        let host = LocalControlPlane(service: service, party: fixture.party)
        guard case .joined = try await register(host) else {
            Issue.record("not registered")
            return
        }
        var events = host.events().makeAsyncIterator()
        let connected = await events.next()
        #expect(connected == .connected)
        let friend = LocalControlPlane(service: service, party: fixture.party)
        guard case .joined(let joined) = try await join(PartyFixture.member(1), friend) else {
            Issue.record("not joined")
            return
        }
        #expect(joined.peers.count == 1)
        guard case .event(.peer(let info)) = await events.next() else {
            Issue.record("not told")
            return
        }
        #expect(try Card.decode(info.card.span).peer == PartyFixture.member(1).peer)
    }

    @Test("what can't be stored did not happen, and works again once it can")
    func failingStore() async throws {
        let service = try await service()
        let host = LocalControlPlane(service: service, party: fixture.party)
        guard case .joined = try await register(host) else {
            Issue.record("not registered")
            return
        }
        store.problem = .full(path: "/x")
        let friend = LocalControlPlane(service: service, party: fixture.party)
        let member = try PartyFixture.member(1)
        guard case .refused(.unreachable(let why)) = try await join(member, friend) else {
            Issue.record("not refused")
            return
        }
        #expect(why.contains("full"))
        #expect(await host.perform(.getPeers) == .peers([]))
        store.problem = nil
        guard case .joined = try await join(member, friend) else {
            Issue.record("not joined")
            return
        }
        #expect(
            try await store.load().contains { if case .peer(_, let row) = $0 { row.id == member.peer } else { false } })
    }

    @Test("the older of two streams of one member is told that it was taken, as its last word")
    func taken() async throws {
        let service = try await service()
        let host = LocalControlPlane(service: service, party: fixture.party)
        _ = try await register(host)
        let older = await service.events(party: fixture.party, peer: fixture.host.peer, after: nil)
        let newer = await service.events(party: fixture.party, peer: fixture.host.peer, after: nil)
        var heard: [ServedEvent] = []
        for await event in older { heard.append(event) }
        #expect(heard == [.taken])
        withExtendedLifetime(newer) {}
    }

    @Test(
        "a store that can be neither written nor read makes the plane refuse, until it holds again what the store holds"
    )
    func unreadableStore() async throws {
        let service = try await service()
        let host = LocalControlPlane(service: service, party: fixture.party)
        guard case .joined = try await register(host) else { throw Refusal.party }
        let friend = LocalControlPlane(service: service, party: fixture.party)
        let member = try PartyFixture.member(1)
        let begun = try await begin(member, g0: fixture.g0, friend)
        (store.problem, store.unreadable) = (.full(path: "/x"), .full(path: "/x"))
        let card = try fixture.card(member, at: try #require(begun.ipv4))
        let join = ControlRequest.joinParty(g0: fixture.g0, proof: fixture.proof(card, begun, by: member))
        guard case .refused(.unreachable) = await friend.perform(join) else { throw Refusal.party }
        guard case .refused(.unreachable) = await host.perform(.getPeers) else {
            Issue.record("asked of rules that are ahead of the store")
            return
        }
        // Written, and still not to be read: nothing may be decided on what was never stored.
        store.problem = nil
        guard case .refused(.unreachable) = await host.perform(.getPeers) else { throw Refusal.party }
        store.unreadable = nil
        #expect(await host.perform(.getPeers) == .peers([]))
    }

    @Test("a clock that is 40 days ahead for ten seconds costs nobody a party")
    func clockAhead() async throws {
        let clock = Mutex((now: UInt64(2_000_000_000), uptime: UInt64(100)))
        let service = try await ControlService.open(
            store: store, keys: keys, clock: { clock.withLock { $0.now } }, uptime: { clock.withLock { $0.uptime } })
        let host = LocalControlPlane(service: service, party: fixture.party)
        guard case .joined = try await register(host) else { throw Refusal.party }
        for jump in [0, 40 * 86_400, 0, -40 * 86_400, 0] {
            clock.withLock { $0 = (UInt64(Int($0.now) + 5 + jump), $0.uptime + 5) }
            await service.sweep()
        }
        #expect(await host.perform(.getParty) == .party(roster: try fixture.roster().bytes, grant: nil))
        let removed = try await store.load().contains { record in
            switch record {
            case .removeParty, .removePeer: true
            default: false
            }
        }
        #expect(!removed)
    }

    @Test("a listener resumes after the last event it heard, and is told when that is not possible")
    func resume() async throws {
        let service = try await service()
        let host = LocalControlPlane(service: service, party: fixture.party)
        guard case .joined(let joined) = try await register(host) else {
            Issue.record("not registered")
            return
        }
        let friend = LocalControlPlane(service: service, party: fixture.party)
        _ = try await join(PartyFixture.member(1), friend)
        for number: UInt8 in 1...3 { _ = await friend.perform(.signal(to: fixture.host.peer, check: [number])) }

        func heard(after last: UInt64) async -> [ServedEvent] {
            let stream = await service.events(party: fixture.party, peer: fixture.host.peer, after: last)
            _ = await service.perform(.leaveParty, party: fixture.party, from: .anonymous, source: .inProcess)
            var iterator = stream.makeAsyncIterator()
            var events: [ServedEvent] = []
            while events.count < 3, let event = await iterator.next() {
                events.append(event)
                if case .resync = event { break }
            }
            return events
        }
        let checks = await heard(after: joined.event + 1).map { event -> [UInt8]? in
            if case .event(_, .signal(_, let check)) = event { check } else { nil }
        }
        #expect(checks == [[1], [2], [3]])
        for unknown in [joined.event - 1, joined.event + 1_000] {
            guard case .resync = await heard(after: unknown).first else {
                Issue.record("\(unknown) was taken")
                continue
            }
        }
    }

    @Test("event numbers go on above those of the run before")
    func numbers() async throws {
        let first = try await service()
        guard case .joined(let before) = try await register(LocalControlPlane(service: first, party: fixture.party))
        else {
            Issue.record("not registered")
            return
        }
        let second = try await service(at: 2_000_000_001)
        let plane = LocalControlPlane(service: second, party: fixture.party)
        guard case .joined(let after) = try await register(plane) else {
            Issue.record("not registered")
            return
        }
        #expect(after.event > before.event)
    }
}
