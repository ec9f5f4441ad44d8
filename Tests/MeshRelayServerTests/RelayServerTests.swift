import Logging
import MeshWire
import Testing

@testable import MeshRelayServer

/// The server on real sockets, over loopback.
@Suite struct RelayServerTests {
    let issuer: SigningKey
    let scope = Scope([UInt8](repeating: 0x5c, count: 16).span, at: 0)
    let loopback = Endpoint(IPAddress(v4: 0x7f00_0001), 0)

    init() throws {
        issuer = try TestRelay.issuer(1)
    }

    private func server(trusted: Bool = true, on listen: [Endpoint]? = nil) throws -> RelayServer {
        let policy = RelayPolicy(issuers: trusted ? [issuer.publicKey] : [])
        let listen = listen ?? [loopback]
        return try RelayServer(
            configuration: RelayConfiguration(listen: listen, privateKey: TestRelay.privateKey, policy: policy),
            logger: Logger(label: "test"))
    }

    /// Runs a server for as long as the body lasts; its end is then waited for.
    private func serving<Result: Sendable>(
        _ server: RelayServer, _ body: (RelayServer) async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            // The sockets below block a thread of the pool; by then the relay must have its own.
            _ = await server.counters
            let result = try await body(server)
            group.cancelAll()
            try await group.waitForAll()
            return result
        }
    }

    private func register(
        _ machine: inout TestMachine, on socket: TestSocket, at relay: Endpoint, _ key: PublicKey,
        rows: [Hello.Row] = []
    ) throws -> HelloOK {
        let token = RelayToken.make(scope: scope, wg: machine.wg, expiry: 0, signer: issuer)
        for _ in 0..<2 {
            try socket.send(try machine.hello(token, to: key, rows: rows), to: relay)
            let answer = try socket.receive()
            try #require(answer.from == relay)
            try #require(answer.ttl == 63)
            if answer.bytes.count != Challenge.size { return try machine.read(ok: answer.bytes, from: key) }
            machine.cookie = try Challenge.decode(answer.bytes.span).cookie
        }
        throw TestFailure("two challenges")
    }

    @Test("two clients register, shake hands and talk, data with TTL 64 and checks with 63")
    func conversation() async throws {
        let (alice, bob) = (try TestSocket(), try TestSocket())
        try await serving(try server()) { server in
            let relay = server.endpoints[0]
            var (a, b) = (try TestMachine(1), try TestMachine(2))
            #expect(try register(&a, on: alice, at: relay, server.publicKey).observed == alice.endpoint)
            #expect(try register(&b, on: bob, at: relay, server.publicKey).observed == bob.endpoint)
            let way: [(TestSocket, TestSocket, [UInt8], Int32)] = [
                (alice, bob, TestPackets.initiation(sender: 0xa, to: b.wg), 64),
                (bob, alice, TestPackets.response(sender: 0xb, receiver: 0xa), 64),
                (alice, bob, TestPackets.data(0xb, size: 1_440), 64),
                (bob, alice, TestPackets.data(0xa), 64),
                (alice, bob, TestPackets.check(from: a.tag(scope), to: b.tag(scope)), 63),
            ]
            for (sender, receiver, packet, ttl) in way {
                try sender.send(packet, to: relay)
                let got = try receiver.receive()
                #expect(got.bytes == packet)
                #expect(got.from == relay)
                #expect(got.ttl == ttl)
            }
            let counters = await server.counters
            #expect(counters.clients == 2)
            #expect(counters.forwarded == 5)
            #expect(counters.replied == 4)
            #expect(counters.allDropped == 0)
        }
    }

    @Test("a burst of a thousand packets arrives whole and in order")
    func burst() async throws {
        let (alice, bob) = (try TestSocket(), try TestSocket())
        try await serving(try server()) { server in
            let relay = server.endpoints[0]
            var (a, b) = (try TestMachine(1), try TestMachine(2))
            _ = try register(&a, on: alice, at: relay, server.publicKey)
            let row = Hello.Row(peerTag: a.tag(scope), index: 7)
            _ = try register(&b, on: bob, at: relay, server.publicKey, rows: [row])
            var next = 0
            for batch in 0..<10 {
                for number in batch * 100..<batch * 100 + 100 {
                    try alice.send(TestPackets.data(7, size: 32 + 16 * (number % 80)), to: relay)
                }
                for _ in 0..<100 {
                    #expect(try bob.receive().bytes.count == 32 + 16 * (next % 80))
                    next += 1
                }
            }
            #expect(await server.counters.forwarded == 1_000)
        }
    }

    @Test("a client hears its peers from the socket it registered at")
    func twoSockets() async throws {
        let (alice, bob) = (try TestSocket(), try TestSocket())
        try await serving(try server(on: [loopback, loopback])) { server in
            let (first, second) = (server.endpoints[0], server.endpoints[1])
            var (a, b) = (try TestMachine(1), try TestMachine(2))
            _ = try register(&a, on: alice, at: first, server.publicKey)
            let row = Hello.Row(peerTag: a.tag(scope), index: 7)
            _ = try register(&b, on: bob, at: second, server.publicKey, rows: [row])
            try alice.send(TestPackets.data(7), to: first)
            #expect(try bob.receive().from == second)
        }
    }

    @Test("behind a wildcard each client is answered from the address that it asked, and hears its peers from there")
    func ownAddresses() async throws {
        let (alice, bob) = (try TestSocket(), try TestSocket())
        let everywhere = Endpoint(IPAddress(v4: 0), 0)
        try await serving(try server(on: [everywhere])) { server in
            let port = server.endpoints[0].port
            let asked = [2, 3].map { Endpoint(IPAddress(v4: 0x7f00_0000 | $0), port) }
            var (a, b) = (try TestMachine(1), try TestMachine(2))
            _ = try register(&a, on: alice, at: asked[0], server.publicKey)
            let row = Hello.Row(peerTag: a.tag(scope), index: 7)
            _ = try register(&b, on: bob, at: asked[1], server.publicKey, rows: [row])
            try alice.send(TestPackets.data(7), to: asked[0])
            let data = try bob.receive()
            #expect(data.from == asked[1])
            #expect(data.ttl == 64)
            try alice.send(TestPackets.check(from: a.tag(scope), to: b.tag(scope)), to: asked[0])
            let check = try bob.receive()
            #expect(check.from == asked[1])
            #expect(check.ttl == 63)
        }
    }

    @Test("trust, the issuer's time and draining change while it runs")
    func requests() async throws {
        let socket = try TestSocket()
        try await serving(try server(trusted: false)) { server in
            var machine = try TestMachine(1)
            let relay = server.endpoints[0]
            #expect(try register(&machine, on: socket, at: relay, server.publicKey).flags == .issuer)
            server.setTrust(issuers: [issuer.publicKey])
            server.drain()
            _ = await server.counters
            #expect(try register(&machine, on: socket, at: relay, server.publicKey).flags == .draining)
            server.setTime(100, of: issuer.publicKey)
            _ = await server.counters
            let old = RelayToken.make(scope: scope, wg: machine.wg, expiry: 99, signer: issuer)
            try socket.send(try machine.hello(old, to: server.publicKey), to: relay)
            let refused = try machine.read(ok: try socket.receive().bytes, from: server.publicKey)
            #expect(refused.flags == [.expired, .draining])
        }
    }

    @Test("a datagram that isn't ours is counted and not answered, and a later STUN request is")
    func silence() async throws {
        let socket = try TestSocket()
        try await serving(try server()) { server in
            try socket.send([1, 2, 3], to: server.endpoints[0])
            try socket.send([UInt8](repeating: 4, count: 2_000), to: server.endpoints[0])
            let transaction = TransactionID(1, 2, 3)
            try socket.send(STUNMessage.bindingRequest(transaction: transaction), to: server.endpoints[0])
            let bytes = try socket.receive().bytes
            let answer = try STUNMessage.decode(bytes.span)
            #expect(answer.xorMapped == socket.endpoint)
            #expect(await server.counters[.malformed] == 2)
        }
    }

    @Test("it ends when its task is cancelled, keeps its last counters and doesn't run twice")
    func cancellation() async throws {
        let server = try server()
        let key = server.publicKey
        _ = try await serving(server) { await $0.counters }
        #expect(await server.counters.received == 0)
        await #expect(throws: RelayServerError.ran) { try await server.run() }
        #expect(try self.server().publicKey == key)
    }

    @Test("a task that is already cancelled ends at once")
    func cancelledBefore() async throws {
        let server = try server()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await server.run()
        }
        try await task.value
        #expect(await server.counters.received == 0)
    }

    @Test("a port that is taken is named, with what to do")
    func portTaken() throws {
        let taken = try TestSocket()
        let error = #expect(throws: RelayServerError.self) {
            try RelayServer(
                configuration: RelayConfiguration(
                    listen: [taken.endpoint], privateKey: TestRelay.privateKey, policy: RelayPolicy()),
                logger: Logger(label: "test"))
        }
        let text = "\(try #require(error))"
        #expect(text.contains("\(taken.endpoint)"))
        #expect(text.contains("--listen"))
    }
}
