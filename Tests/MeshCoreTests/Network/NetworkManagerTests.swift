import Logging
import MeshRules
import MeshWire
import Testing

@testable import MeshCore

@Suite("The network on the machine")
struct NetworkManagerTests {
    static let key = PublicKey(Array(repeating: 7, count: 32).span, at: 0)
    static let endpoint = Endpoint(IPAddress(v4: 0xcb00_7102), 51820)
    static let peer = WireGuardPeer(
        publicKey: key, presharedKey: Bytes32(), endpoint: endpoint, allowedIP: IPAddress(v4: 0x0a42_0002),
        keepalive: nil)
    static let address = IPAddress(v4: 0x0a42_0001)

    /// A manager whose tasks run while `body` does.
    private func running(
        _ fake: FakeGround, restarts: AsyncStream<String> = AsyncStream { $0.finish() },
        _ body: @Sendable (NetworkManager) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let tasks = TaskManager()
            let manager = NetworkManager(
                configuration: NetworkConfiguration(stateFolder: folder), tasks: tasks,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, ground: fake.ground(restarts: restarts)
            )
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await tasks.run() }
                try await body(manager)
                await manager.shutdown()
                await tasks.shutdown()
                try await group.waitForAll()
            }
        }
    }

    static let bringUp = [
        "prerequisites", "start", "ip link set dev meshtui0 mtu 1420 up", "private key", "port 51821", "parts on 51821",
    ]

    @Test("the node is put on the machine step by step, on the next port when the wanted one is taken")
    func steps() async throws {
        let fake = FakeGround()
        try await running(fake) { manager in
            try await manager.initialize()
            #expect(fake.trace.lines == Self.bringUp)
            #expect(await manager.listenPort == 51821)
        }
        #expect(fake.trace.lines.suffix(2) == ["close", "stop"])
    }

    @Test("whichever step of setting up fails, all is taken away and nothing can be done", arguments: bringUp)
    func failing(step: String) async throws {
        let fake = FakeGround(failing: step)
        try await running(fake) { manager in
            await #expect(throws: NetworkProblem.backendFailed(step)) { try await manager.initialize() }
            #expect(fake.trace.lines == Self.bringUp.prefix { $0 != step } + [step, "stop"])
            await #expect(throws: NetworkProblem.notRunning) {
                try await manager.configure(address: Self.address, prefix: 16)
            }
            await #expect(throws: NetworkProblem.notRunning) { try await manager.samples() }
            var incoming = manager.incoming.makeAsyncIterator()
            #expect(await incoming.next() == nil)
        }
    }

    /// What is done, the step of it that fails, and what WireGuard is told of when it comes back by itself.
    static let changes: [(name: String, step: String)] = [
        ("add", "peer"), ("move", "endpoint"), ("remove", "remove"), ("guard", "stand"), ("end", "end"),
        ("address", "ip address replace"), ("sample", "hits"), ("sample", "device"),
    ]

    @Test("a change that fails is told as that, and can be made again", arguments: changes)
    func changeFails(name: String, step: String) async throws {
        let fake = FakeGround(failing: step, times: 1)
        try await running(fake) { manager in
            try await manager.initialize()
            if name != "add" { try await manager.addPeer(Self.peer) }
            await #expect(throws: NetworkProblem.self) { try await Self.carryOut(name, manager) }
            try await Self.carryOut(name, manager)
        }
    }

    private static func carryOut(_ name: String, _ manager: NetworkManager) async throws {
        switch name {
        case "add": try await manager.addPeer(peer)
        case "move": try await manager.setEndpoint(endpoint, of: key)
        case "remove": try await manager.removePeer(key)
        case "guard":
            try await manager.guardRoaming(
                RoamingGuardRule(peer: key, indexes: [1], left: [], wanted: endpoint))
        case "end": try await manager.endGuard(key)
        case "address": try await manager.configure(address: address, prefix: 16)
        default: _ = try await manager.samples()
        }
    }

    @Test(
        "WireGuard that came back is set up until that works: key, port, address and the peers that it had",
        arguments: ["private key", "port", "ip address replace", "peer 10.66.0.2"])
    func comesBack(step: String) async throws {
        let (restarts, restart) = AsyncStream<String>.makeStream()
        let fake = FakeGround()
        try await running(fake, restarts: restarts) { manager in
            try await manager.initialize()
            try await manager.configure(address: Self.address, prefix: 16)
            try await manager.addPeer(Self.peer)
            var lost = Self.peer
            (lost.publicKey, lost.allowedIP) = (PublicKey(), IPAddress(v4: 0x0a42_0003))
            fake.fail("peer 10.66.0.3", times: 1)
            await #expect(throws: NetworkProblem.self) { try await manager.addPeer(lost) }
            fake.fail(step, times: 3)
            let before = fake.trace.lines.count
            restart.yield("was ended by signal 9")
            for await event in manager.events {
                if case .childRestarted(let reason) = event {
                    #expect(reason == "was ended by signal 9")
                    break
                }
            }
            let after = fake.trace.lines.dropFirst(before)
            #expect(after.filter { $0.hasPrefix(step) }.count == 4)
            #expect(after.last == "peer 10.66.0.2")
            #expect(!after.contains("peer 10.66.0.3"))
        }
    }
}
