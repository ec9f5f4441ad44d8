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
            #expect(await friend.signal([1, 2, 3], to: fixture.host.peer) == .done)
            #expect(await events.next() == .event(.signal(from: try PartyFixture.member(1).peer, check: [1, 2, 3])))
            #expect(await friend.leaveParty() == .done)
            #expect(await events.next() == .event(.left(try PartyFixture.member(1).peer)))
        }
    }

    @Test("what came between joining and listening is not lost")
    func beforeListening() async throws {
        try await ServerBench.run { bench in
            let fixture = try PartyFixture()
            let host = bench.plane(fixture)
            try await host.register(fixture)
            let friend = bench.plane(fixture)
            try await friend.join(fixture, PartyFixture.member(1))
            #expect(await friend.signal([7], to: fixture.host.peer) == .done)
            let events = EventReader(host.events())
            let signal = await events.next { $0.isSignal }
            #expect(signal == .event(.signal(from: try PartyFixture.member(1).peer, check: [7])))
        }
    }

    @Test("a server that starts again has kept everything, and its listeners come back")
    func restarts() async throws {
        try await ServerBench.withFolder { folder in
            let fixture = try PartyFixture()
            let member = try PartyFixture.member(1)
            let (host, friend, port, before) = try await ServerBench.run(folder: folder) { bench in
                let host = bench.plane(fixture)
                try await host.register(fixture)
                let friend = bench.plane(fixture)
                try await friend.join(fixture, member)
                return (host, friend, bench.address.port, await host.peers())
            }
            #expect(await host.heartbeat().isUnreachable)
            try await ServerBench.run(folder: folder, port: port) { _ in
                #expect(await host.peers() == before)
                let events = EventReader(host.events())
                // The server has forgotten what it told before: the listener is to ask for everything.
                let resync = await events.next { $0 == .resync }
                #expect(resync == .resync)
                #expect(await friend.signal([9], to: fixture.host.peer) == .done)
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
            let lost = await iterator.next { if case .disconnected = $0 { true } else { false } }
            #expect(lost != nil)
            try await ServerBench.run(folder: folder, port: port) { bench in
                let friend = bench.plane(fixture)
                try await friend.join(fixture, member)
                let iterator = EventReader(events)
                let connected = await iterator.next { $0 == .connected }
                #expect(connected == .connected)
                #expect(await friend.signal([4], to: fixture.host.peer) == .done)
                let signal = await iterator.next { $0.isSignal }
                #expect(signal == .event(.signal(from: member.peer, check: [4])))
            }
            _ = host
        }
    }

    @Test("whoever is kicked hears it, and then no more")
    func kicked() async throws {
        try await ServerBench.run { bench in
            let fixture = try PartyFixture()
            let host = bench.plane(fixture)
            try await host.register(fixture)
            let friend = try PartyFixture.member(1)
            let plane = bench.plane(fixture)
            try await plane.join(fixture, friend)
            let events = EventReader(plane.events())
            #expect(await events.next() == .connected)
            let row = Roster.Member(identity: friend.identity.publicKey, status: .kicked)
            let roster = try fixture.roster(sequence: 2, members: [row])
            _ = await host.perform(.putParty(roster: roster.bytes, welcomes: nil, grants: nil))
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
