import MeshControlServer
import MeshCore
import MeshRules
import MeshTestKit
import MeshWire
import Testing

/// Clients that want a control server deaf, full or dead (PROTOCOL.md §6 says what an honest one does). Time limits are
/// shortened; `ConnectionRulesTests` has the real ones.
@Suite("A hostile client and the control server", .serialized, .timeLimit(.minutes(2)))
struct HostileClientTests {
    private static var short: ConnectionLimits {
        var limits = ConnectionLimits()
        (limits.head, limits.body, limits.idle) = (.seconds(1), .seconds(2), .seconds(3))
        (limits.write, limits.ending) = (.seconds(1), .seconds(1))
        return limits
    }

    private static let head = "POST /v1/parties HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n"

    /// An honest request from an address of its own.
    private func isServed(_ bench: ServerBench) async -> Bool {
        guard let client = try? HostileClient(port: bench.address.port, from: 0x7f63_0001) else { return false }
        guard await becomesTrue(within: .seconds(5), { client.isConnected }) else { return false }
        client.send("GET /v1/relays HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return await becomesTrue(within: .seconds(5)) {
            String(decoding: client.received() ?? [], as: UTF8.self).hasPrefix("HTTP/1.1 401")
        }
    }

    @Test(
        "a connection that says nothing, half a head, half a body or nothing after its answer is closed in time",
        arguments: ["", head, head + "\r\n{", "GET /v1/relays HTTP/1.1\r\nHost: x\r\n\r\n", "\u{16}\u{3}\u{1}"])
    func halves(_ text: String) async throws {
        try await ServerBench.run(limits: Self.short) { bench in
            let client = try HostileClient(port: bench.address.port)
            #expect(await becomesTrue { client.isConnected })
            client.send(text)
            #expect(await becomesTrue(within: .seconds(10)) { client.isClosed })
            #expect(await isServed(bench))
        }
    }

    @Test("a byte a moment keeps nothing open", arguments: ["x", "GET / HTTP/1.1\r\n", head + "\r\n"])
    func dribble(_ start: String) async throws {
        try await ServerBench.run(limits: Self.short) { bench in
            let client = try HostileClient(port: bench.address.port)
            #expect(await becomesTrue { client.isConnected })
            client.send(start)
            #expect(
                await becomesTrue(within: .seconds(10)) {
                    client.send("x")
                    return client.isClosed
                })
        }
    }

    @Test("one address takes its share of the connections and no more, and others are served")
    func share() async throws {
        var limits = ConnectionLimits()
        limits.ofSource = 8
        try await ServerBench.run(limits: limits) { bench in
            let clients = try (0..<40).map { _ in try HostileClient(port: bench.address.port, from: 0x7f00_0101) }
            #expect(await becomesTrue { clients.count(where: \.isClosed) == 32 })
            #expect(await isServed(bench))
            #expect(clients.count(where: \.isClosed) == 32)
        }
    }

    @Test("a crowd of silent connections from many addresses shuts nobody out")
    func crowd() async throws {
        var limits = ConnectionLimits()
        (limits.all, limits.ofSource) = (64, 8)
        try await ServerBench.run(limits: limits) { bench in
            var clients: [HostileClient] = []
            for round in UInt32(0)..<5 {
                for number in UInt32(0)..<80 {
                    let source = 0x7f01_0000 + 256 * round + number
                    clients.append(try HostileClient(port: bench.address.port, from: source))
                }
                #expect(await isServed(bench))
            }
            #expect(await becomesTrue { clients.count { !$0.isClosed } <= 64 })
        }
    }

    @Test("an event stream that is never read is closed, and the others of the same member too")
    func unreadStreams() async throws {
        try await ServerBench.run(limits: Self.short) { bench in
            let fixture = try PartyFixture()
            let host = bench.plane(fixture)
            let token = try await host.register(fixture).token
            let friend = try PartyFixture.member(1)
            try await bench.plane(fixture).join(fixture, friend)
            let request =
                "GET /v1/parties/\(fixture.party)/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\n\r\n"
            let clients = try (0..<20).map { _ in
                try HostileClient(port: bench.address.port, from: 0x7f00_0202, buffer: 2_048)
            }
            #expect(await becomesTrue { clients.allSatisfy(\.isConnected) })
            for client in clients { client.send(request) }
            // The stream begins with a sign of life, which the kernel holds for who does not read.
            #expect(await becomesTrue { clients.allSatisfy(\.hasBytes) })
            let check = [UInt8](repeating: 1, count: 1_200)
            for _ in 0..<600 {
                _ = await bench.state.service.perform(
                    .signal(to: fixture.host.peer, check: check), party: fixture.party, from: .member(friend.peer),
                    source: .inProcess)
            }
            // Nobody reads for longer than the limit. A client whose window is shut hears of the end only when it reads.
            try await Task.sleep(for: .seconds(4))
            #expect(
                await becomesTrue(within: .seconds(10)) {
                    for client in clients { _ = client.received() }
                    return clients.allSatisfy(\.isClosed)
                })
            #expect(await isServed(bench))
        }
    }

    @Test("whatever a client does with its connections, the server goes on", arguments: [UInt64(1), 2, 3])
    func anything(_ seed: UInt64) async throws {
        var limits = Self.short
        (limits.all, limits.ofSource) = (48, 12)
        try await ServerBench.run(limits: limits) { bench in
            var random = SeededRandom(seed: seed)
            let words = ["GET ", "/v1/relays", " HTTP/1.1\r\n", "\r\n", Self.head, "{}", "Host: x\r\n", "\u{0}", "%"]
            var clients: [HostileClient] = []
            for round in 0..<1_500 {
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<4:
                    let source = 0x7f02_0000 + UInt32.random(in: 0..<16, using: &random)
                    clients.append(try HostileClient(port: bench.address.port, from: source))
                case 4 where !clients.isEmpty:
                    clients.remove(at: Int.random(in: 0..<clients.count, using: &random))
                case 5: _ = clients.randomElement(using: &random)?.received()
                default: clients.randomElement(using: &random)?.send(words.randomElement(using: &random) ?? "")
                }
                if clients.count > 120 { clients.removeFirst(60) }
                if round % 100 == 99 { try await Task.sleep(for: .milliseconds(20)) }
            }
            #expect(await isServed(bench))
            #expect(await becomesTrue { clients.allSatisfy(\.isClosed) })
        }
    }
}
