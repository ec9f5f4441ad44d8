import MeshCore
import MeshRules
import MeshWire
import Testing

@Suite("A control server's events", .serialized, .timeLimit(.minutes(1)))
struct ServerEventTests {
    @Test("a signal is delivered to whom it is for")
    func signals() async throws {
        try await ServerBench.run { bench in
            let fixture = try PartyFixture()
            let host = bench.plane(fixture)
            try await host.register(fixture)
            let events = EventReader(host.events())
            #expect(await events.next() == .connected)
            let friend = bench.plane(fixture)
            try await friend.join(fixture, PartyFixture.member(1))
            guard case .event(.peer(let info)) = await events.next() else {
                Issue.record("no peer")
                return
            }
            #expect(try Card.decode(info.card.span).peer == PartyFixture.member(1).peer)
            #expect(await friend.perform(.signal(to: fixture.host.peer, check: [1, 2, 3])) == .done)
            #expect(await events.next() == .event(.signal(from: try PartyFixture.member(1).peer, check: [1, 2, 3])))
            #expect(await friend.perform(.leaveParty) == .done)
            #expect(await events.next() == .event(.left(try PartyFixture.member(1).peer)))
        }
    }

    @Test("what came between joining and listening is not lost")
    func beforeListening() async throws {
        try await ServerBench.run { bench in
            let pair = try await bench.pair()
            #expect(await pair.friend.perform(.signal(to: pair.fixture.host.peer, check: [7])) == .done)
            let events = EventReader(pair.host.events())
            let signal = await events.next { $0.isSignal }
            #expect(signal == .event(.signal(from: pair.member.peer, check: [7])))
        }
    }

    @Test("a server that starts again has kept everything, and its listeners come back")
    func restarts() async throws {
        try await ServerBench.withFolder { folder in
            let (pair, port, before) = try await ServerBench.run(folder: folder) { bench in
                let pair = try await bench.pair()
                return (pair, bench.address.port, await pair.host.perform(.getPeers))
            }
            let (fixture, member, host, friend) = (pair.fixture, pair.member, pair.host, pair.friend)
            #expect(await host.perform(.heartbeat).isUnreachable)
            try await ServerBench.run(folder: folder, port: port) { _ in
                #expect(await host.perform(.getPeers) == before)
                let events = EventReader(host.events())
                // The server has forgotten what it told before: the listener is to ask for everything.
                let resync = await events.next { $0 == .resync }
                #expect(resync == .resync)
                #expect(await friend.perform(.signal(to: fixture.host.peer, check: [9])) == .done)
                let signal = await events.next { $0.isSignal }
                #expect(signal == .event(.signal(from: member.peer, check: [9])))
            }
        }
    }

    @Test("a listener that loses its connection comes back by itself and hears the rest")
    func reconnects() async throws {
        try await ServerBench.withFolder { folder in
            let fixture = try PartyFixture()
            let member = try PartyFixture.member(1)
            let (host, events, port) = try await ServerBench.run(folder: folder) { bench in
                let host = bench.plane(fixture)
                try await host.register(fixture)
                let events = host.events()
                let iterator = EventReader(events)
                #expect(await iterator.next() == .connected)
                return (host, events, bench.address.port)
            }
            let iterator = EventReader(events)
            // Asked to stop, the server has ended its streams; it did not cut them.
            let lost = await iterator.next()
            #expect(lost == .disconnected("the server has closed the connection"))
            try await ServerBench.run(folder: folder, port: port) { bench in
                let friend = bench.plane(fixture)
                try await friend.join(fixture, member)
                let iterator = EventReader(events)
                let connected = await iterator.next { $0 == .connected }
                #expect(connected == .connected)
                #expect(await friend.perform(.signal(to: fixture.host.peer, check: [4])) == .done)
                let signal = await iterator.next { $0.isSignal }
                #expect(signal == .event(.signal(from: member.peer, check: [4])))
            }
            _ = host
        }
    }

    @Test("whoever is kicked hears it, and then no more")
    func kicked() async throws {
        try await ServerBench.run { bench in
            let pair = try await bench.pair()
            let events = EventReader(pair.friend.events())
            #expect(await events.next() == .connected)
            let row = Roster.Member(identity: pair.member.identity.publicKey, status: .kicked)
            let roster = try pair.fixture.roster(sequence: 2, members: [row])
            _ = await pair.host.perform(.putParty(roster: roster.bytes, welcomes: nil, grants: nil))
            #expect(await events.next() == .event(.roster(roster.bytes)))
            let end = await events.next()
            guard case .disconnected = end else {
                Issue.record("got \(String(describing: end))")
                return
            }
        }
    }
}

extension ControlReply {
    fileprivate var isUnreachable: Bool {
        if case .refused(.unreachable) = self { true } else { false }
    }
}
