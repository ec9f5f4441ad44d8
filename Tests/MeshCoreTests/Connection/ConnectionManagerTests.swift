import MeshRules
import MeshWire
import Testing

@testable import MeshCore

@Suite("The node and its bytes")
struct ConnectionManagerTests {
    /// A manager whose jobs run while `body` does.
    private func running(
        _ network: FakeNetwork, stored: StoredNode = StoredNode(incarnation: 1), store: FakeStore? = nil,
        _ body: (ConnectionManager) async throws -> Void
    ) async throws {
        let tasks = TaskManager { _ in try await Task.sleep(for: .seconds(3600)) }
        let control = ControlConnection(tasks: tasks) { _, _ in FakeControlPlane(trace: network.trace) }
        let node = try Node(
            stored: stored, wireGuardKey: try Self.wireGuardKey, configuration: NodeConfiguration(),
            random: SystemRandomNumberGenerator(), now: Instant())
        let store = store ?? FakeStore(trace: network.trace)
        let manager = ConnectionManager(
            node: node, began: .now, network: network, store: store, control: control
        ) { _ in }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await tasks.run() }
            for job in manager.jobs { await tasks.start(job) }
            try await body(manager)
            await tasks.shutdown()
            try await group.waitForAll()
        }
        await manager.stop()
        #expect(await manager.perform(.leave) == nil)
    }

    private static var wireGuardKey: Bytes32 {
        get throws {
            var key = [UInt8](repeating: 0x42, count: 32)
            key[31] = 0x40
            return try #require(Bytes32(key))
        }
    }

    /// A node that is in a party.
    private static func member() throws -> StoredNode {
        let fixture = try PartyFixture()
        let seed = PartyFixture.bytes(1, 100)
        let member = PartyFixture.Member(
            identity: try SigningKey(seed: seed), wg: try KeyAgreement.publicKey(of: wireGuardKey), name: "Friend")
        var stored = StoredNode(incarnation: 1)
        stored.party = StoredParty(
            party: fixture.party, rootSeed: nil, identitySeed: seed, invite: nil, epoch: 1, epochKey: fixture.epochKey,
            servers: [], memberName: "Friend")
        stored.roster = try fixture.roster().bytes
        stored.cards = [try fixture.card(member, at: PartyFixture.hostAddress + 1).bytes]
        return stored
    }

    @Test("what was done and could not be stored is told as that", arguments: [false, true])
    func notStored(isFull: Bool) async throws {
        let trace = Trace()
        let store = FakeStore(trace: trace, isFull: isFull)
        try await running(FakeNetwork(trace), stored: try Self.member(), store: store) { manager in
            await manager.take(
                .network(LocalNetwork(addresses: [IPAddress(v4: 0xc000_0207)], listenPort: 51820)))
            #expect(await manager.snapshot.parties.count == 1)
            let answer = await manager.perform(.leave)
            let full = "\(StorageProblem.full(path: "/state/node.sqlite"))"
            #expect(answer == (isFull ? .refused(.notStored(full)) : .left))
            #expect(await manager.snapshot.parties.isEmpty)
        }
    }

    @Test("datagrams leave while a disk takes its time")
    func twoLanes() async throws {
        let trace = Trace()
        let (disk, written) = AsyncStream<Void>.makeStream()
        let store = FakeStore(trace: trace, disk: disk)
        try await running(FakeNetwork(trace), stored: try Self.member(), store: store) { manager in
            await manager.take(.network(LocalNetwork(addresses: [IPAddress(v4: 0xc000_0207)], listenPort: 51820)))
            async let left = manager.perform(.leave)
            await trace.has("storing 2")
            let server = STUNServer(endpoint: Endpoint(IPAddress(v4: 0xc633_6401), 3478), operator: "one")
            await manager.take(.servers(stun: [server], relays: []))
            await trace.has("to 198.51.100.1:3478")
            #expect(!trace.lines.contains("stored"))
            written.finish()
            #expect(await left == .left)
        }
    }

    @Test("a full lane drops datagrams, which are asked for again, and takes everything else")
    func fullLane() async throws {
        let trace = Trace()
        let (disk, written) = AsyncStream<Void>.makeStream()
        let store = FakeStore(trace: trace, disk: disk)
        try await running(FakeNetwork(trace), stored: try Self.member(), store: store) { manager in
            await manager.take(.network(LocalNetwork(addresses: [IPAddress(v4: 0xc000_0207)], listenPort: 51820)))
            let relays = NodeInput.control(.relays, .relays([], token: nil))
            for _ in 0..<ConnectionManager.mostWaiting { await manager.take(relays) }
            await trace.has("storing 1")
            #expect(await manager.overflow == 0)
            await manager.take(.datagram([1], from: Endpoint(IPAddress(v4: 0xc633_6401), 3478)))
            #expect(await manager.overflow == 1)
            #expect(await manager.perform(.pinRelay(PeerID(), relay: Bytes8())) == .refused(.unknownPeer))
            written.finish()
            await trace.has("sampled")
            await manager.take(.datagram([1], from: Endpoint(IPAddress(v4: 0xc633_6401), 3478)))
            #expect(await manager.overflow == 1)
        }
    }

    @Test("a command is answered")
    func answered() async throws {
        try await running(FakeNetwork(Trace())) { manager in
            let answer = await manager.perform(.pinRelay(PeerID(), relay: Bytes8()))
            guard case .refused = answer else {
                Issue.record("\(String(describing: answer))")
                return
            }
            #expect(await manager.invite == nil)
        }
    }

    @Test("who waits for an answer when the node stops is not left waiting", .timeLimit(.minutes(1)))
    func stoppedInTheLastMoment() async throws {
        let network = FakeNetwork(Trace())
        let control = ControlConnection(tasks: TaskManager()) { _, _ in FakeControlPlane(trace: network.trace) }
        let node = try Node(
            stored: StoredNode(incarnation: 1),
            wireGuardKey: try #require(Bytes32([UInt8](repeating: 0x42, count: 32))),
            configuration: NodeConfiguration(), random: SystemRandomNumberGenerator(), now: Instant())
        // Its jobs never run, so nobody asks the control plane that the answer waits for.
        let manager = ConnectionManager(
            node: node, began: .now, network: network, store: FakeStore(trace: network.trace), control: control
        ) { _ in }
        let answer = await withTaskGroup(of: CommandAnswer?.self) { group in
            let host = Command.host(partyName: "p", memberName: "m", control: .local(serving: []))
            group.addTask { await manager.perform(host) }
            for _ in 0..<100 { await Task.yield() }
            await manager.stop()
            return await group.next() ?? nil
        }
        #expect(answer == nil)
    }

    @Test("STUN servers are asked from WireGuard's port")
    func asksSTUN() async throws {
        let trace = Trace()
        try await running(FakeNetwork(trace)) { manager in
            let server = STUNServer(endpoint: Endpoint(IPAddress(v4: 0xc633_6401), 3478), operator: "one")
            await manager.take(.servers(stun: [server], relays: []))
            await trace.reaches(1)
            #expect(trace.lines.first?.hasSuffix("to 198.51.100.1:3478") == true)
        }
    }

    @Test("waiting for a peer of a party that this machine is not in fails at once")
    func unknownParty() async throws {
        try await running(FakeNetwork(Trace())) { manager in
            await #expect(throws: ConnectionManager.Failure.unknownParty(PartyID())) {
                try await manager.connectToPeer(partyID: PartyID(), peerID: PeerID())
            }
            await #expect(throws: ConnectionManager.Failure.self) {
                try await manager.switchRelay(partyID: PartyID(), peerID: PeerID(), to: Bytes8())
            }
        }
    }

    @Test("a deadline fires once when it is due, at once when it has passed, and an earlier one overtakes")
    func deadlines() async {
        let timer = DeadlineTimer()
        let (fired, fire) = AsyncStream<Void>.makeStream()
        await withTaskGroup { group in
            group.addTask { await timer.run { fire.yield() } }
            var count = 0
            timer.set(.now + .seconds(3600))
            timer.set(.now - .seconds(1))
            for await _ in fired {
                count += 1
                guard count < 3 else { break }
                timer.set(count == 1 ? .now + .milliseconds(5) : .now)
            }
            #expect(count == 3)
            group.cancelAll()
        }
    }
}
