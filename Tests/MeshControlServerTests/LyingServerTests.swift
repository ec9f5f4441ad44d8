import MeshCore
import MeshRules
import MeshWire
import Synchronization
import Testing

@Suite("A control server that lies", .serialized, .timeLimit(.minutes(2)))
struct LyingServerTests {
    let fixture: PartyFixture
    let member: PartyFixture.Member

    init() throws { (fixture, member) = (try PartyFixture(), try PartyFixture.member(1)) }

    private func plane(_ ports: [UInt16], expectedKeyHash: Bytes16? = Bytes16()) -> RemoteControlPlane {
        RemoteControlPlane(
            servers: ports.map { ControlAddress(host: "127.0.0.1", port: $0) }, party: fixture.party,
            expectedKeyHash: expectedKeyHash)
    }

    private var begin: ControlRequest { .begin(identity: member.identity.publicKey, g0: fixture.g0) }

    @Test("is answered by a refusal of one clean line soon, whatever it sends")
    func everyLie() async throws {
        let fixture = self.fixture
        let begin = self.begin
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lie in LyingServer.Lie.all {
                group.addTask {
                    try await LyingServer.run({ _ in lie }) { server in
                        let plane = RemoteControlPlane(
                            servers: [ControlAddress(host: "127.0.0.1", port: server.port)], party: fixture.party,
                            expectedKeyHash: Bytes16())
                        let began = ContinuousClock.now
                        guard case .refused(let refusal) = await plane.perform(begin) else {
                            Issue.record("\(lie) was believed")
                            return
                        }
                        // Five seconds of its own; the body that drips would take more than an hour.
                        #expect(ContinuousClock.now - began < .seconds(60), "\(lie)")
                        #expect(PrintableLine.text("\(refusal)") == "\(refusal)", "\(lie)")
                        #expect(server.sent < 16 << 20, "\(lie)")
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("does not end a join: the invite's own server is found among nine liars, and not late")
    func searches() async throws {
        try await ServerBench.run { bench in
            let host = bench.plane(fixture)
            try await host.register(fixture)
            let lies: [LyingServer.Lie] = [
                .answer(404, "text/html", "<html>"), .silence, .dripping, .closed, .bytes("SSH-2.0\r\n"),
                .answer(
                    404, "application/problem+json", #"{"type":"urn:meshtui:problem:unknown","detail":"this party"}"#),
                .answer(200, "application/json", "{}"), .body(8 << 20),
                .answer(200, "application/json", Self.begun(keyHash: Bytes16())),
            ]
            var servers: [LyingServer] = []
            defer { for server in servers { server.stop() } }
            for lie in lies { servers.append(try LyingServer { _ in lie }) }
            let plane = self.plane(
                servers.map(\.port) + [bench.address.port], expectedKeyHash: bench.state.service.keyHash)
            let began = ContinuousClock.now
            let joined = try await plane.join(fixture, member)
            #expect(joined.peers.count == 1)
            // Nine times the stagger, not nine times the patience with one address.
            #expect(ContinuousClock.now - began < .seconds(10))
            // What follows goes to the one that was found, and no bearer to anybody else.
            guard case .heartbeat = await plane.perform(.heartbeat) else {
                Issue.record("no heartbeat")
                return
            }
            for server in servers { #expect(server.requests("POST /v1/parties/\(fixture.party)/heartbeat") == 0) }
        }
    }

    @Test(
        "that is no party's server is named beside the one that is away; what only the party's server knows comes first"
    )
    func summaries() async throws {
        let unknown = LyingServer.Lie.answer(
            404, "application/problem+json", #"{"type":"urn:meshtui:problem:unknown","detail":"this party"}"#)
        let revoked = LyingServer.Lie.answer(
            404, "application/problem+json", #"{"type":"urn:meshtui:problem:unknown","detail":"this invite"}"#)
        try await LyingServer.run({ _ in unknown }) { stranger in
            let away = await self.plane([1, stranger.port]).perform(begin)
            guard case .refused(.unreachable(let why)) = away else { throw UnexpectedReply(reply: away) }
            #expect(why.contains("127.0.0.1:1: the connection was refused"))
            #expect(why.contains("127.0.0.1:\(stranger.port) does not know this party"))
            try await LyingServer.run({ _ in revoked }) { own in
                let reply = await self.plane([stranger.port, own.port]).perform(begin)
                #expect(reply == .refused(.unknown("this invite")))
            }
        }
    }

    // MARK: - Events

    /// A server that takes everybody in and answers `GET …/events` with this lie.
    private func joined(
        events lie: LyingServer.Lie, _ body: (LyingServer, RemoteControlPlane) async throws -> Void
    ) async throws {
        let taken = LyingServer.Lie.answer(201, "application/json", Self.joined)
        try await LyingServer.run({ $0.hasSuffix("/events") ? lie : taken }) { server in
            let plane = self.plane([server.port])
            let card = try fixture.card(member, at: PartyFixture.hostAddress + 1)
            let begun = Begun(nonce: Bytes32(), keyHash: Bytes16())
            let reply = await plane.perform(
                .joinParty(g0: fixture.g0, proof: fixture.proof(card, begun, by: member)))
            guard case .joined = reply else { throw UnexpectedReply(reply: reply) }
            try await body(server, plane)
        }
    }

    @Test(
        "with an event that never ends fills no memory: the stream is left at 64 KiB",
        arguments: ["data: \(String(repeating: "x", count: 60_000))\n", "data: x\n", "id: 1\n", ": ping\n"])
    func endlessEvent(line: String) async throws {
        try await joined(events: .endless(line)) { server, plane in
            let events = EventReader(plane.events())
            for _ in 0..<3 {
                let ending = await events.next { if case .disconnected = $0 { true } else { false } }
                #expect(ending == .disconnected("what it sends are no events"))
            }
            // What sockets hold of three streams: megabytes, not what the server could send.
            #expect(server.sent < 64 << 20)
        }
    }

    @Test("with events without end waits for a node that is slow")
    func backPressure() async throws {
        try await joined(events: .endless("event: relays\ndata: {}\n\n")) { server, plane in
            let heard = Mutex(0)
            let (blocked, block) = AsyncStream<Void>.makeStream()
            let follower = Task {
                await plane.follow { _ in
                    heard.withLock { $0 += 1 }
                    // Forever: a node that does not come to it.
                    for await _ in blocked {}
                }
            }
            while heard.withLock({ $0 }) == 0 { try await Task.sleep(for: .milliseconds(10)) }
            // Until nothing more leaves the server for a second.
            var before = -1
            while server.sent != before {
                before = server.sent
                try await Task.sleep(for: .seconds(1))
            }
            #expect(heard.withLock { $0 } == 1)
            #expect(before < 64 << 20)
            block.finish()
            follower.cancel()
            await follower.value
        }
    }

    @Test("that closes its streams at once is met ever more seldom")
    func closedStream() async throws {
        try await joined(events: .closedStream) { server, plane in
            let follower = Task { await plane.follow { _ in } }
            try await Task.sleep(for: .seconds(5))
            follower.cancel()
            await follower.value
            let tries = server.requests("GET /v1/parties/\(fixture.party)/events")
            // Pauses of at least 0.25, 0.5, 1, 2 and 4 s; without growing there would be ten at least.
            #expect((2...5).contains(tries), "\(tries)")
        }
    }

    @Test(
        "with a page where events should be is told as that",
        arguments: [LyingServer.Lie.answer(200, "text/html", "data: x\n\n")])
    func noStream(lie: LyingServer.Lie) async throws {
        try await joined(events: lie) { _, plane in
            let events = EventReader(plane.events())
            #expect(await events.next() == .disconnected("what it sends are no events"))
        }
    }

    @Test("a member whose server is gone finds it at another of the party's addresses")
    func movesOn() async throws {
        try await ServerBench.run { bench in
            try await bench.plane(fixture).register(fixture)
            let begun = Self.begun(keyHash: bench.state.service.keyHash)
            let plane = try await LyingServer.run({ name in
                if name.hasSuffix("/events") { return .closed }
                return .answer(200, "application/json", name.hasSuffix("/begin") ? begun : Self.joined)
            }) { server in
                let plane = self.plane([server.port, bench.address.port], expectedKeyHash: bench.state.service.keyHash)
                let begun = try await plane.begin(member, g0: fixture.g0)
                let card = try fixture.card(member, at: PartyFixture.hostAddress + 1)
                _ = await plane.perform(.joinParty(g0: fixture.g0, proof: fixture.proof(card, begun, by: member)))
                let events = EventReader(plane.events())
                for _ in 0..<3 { _ = await events.next() }
                // The node hears of it with its next heartbeat.
                while await plane.perform(.heartbeat) != .refused(.unauthorised) {
                    try await Task.sleep(for: .milliseconds(50))
                }
                return plane
            }
            #expect(try await plane.join(fixture, member).peers.count == 1)
        }
    }

    private static let joined = String(
        decoding: ControlJSON.encode(
            ControlJSON.JoinedBody(Joined(token: "t", expires: 1, roster: [], peers: [], event: 1))), as: UTF8.self)

    private static func begun(keyHash: Bytes16) -> String {
        let body = ControlJSON.BegunBody(Begun(nonce: Bytes32(), keyHash: keyHash))
        return String(decoding: ControlJSON.encode(body), as: UTF8.self)
    }
}
