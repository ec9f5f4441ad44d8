import Logging
import MeshRules
import MeshWire
import Synchronization
import Testing

@testable import MeshCore

@Suite("The engine", .timeLimit(.minutes(1)))
struct MeshEngineTests {
    /// An engine on a network of the test's, that runs while `body` does.
    private func running(
        _ network: @escaping @Sendable () -> EngineNetwork,
        serving: @escaping MeshEngine.ServeControl = { _, _, _, _ in },
        _ body: @Sendable (MeshEngine) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            var configuration = EngineConfiguration()
            configuration.stateFolder = folder
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let engine = MeshEngine(configuration, logger: logger, serveControl: serving) { _ in network() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await engine.run() }
                do { try await body(engine) } catch {
                    await engine.shutdown()
                    throw error
                }
                await engine.shutdown()
                try await group.waitForAll()
            }
            #expect(await engine.snapshot.tasks.allSatisfy { $0.state != .running && $0.state != .waiting })
        }
    }

    @Test("a network that can't be set up is told with its reason, and tried again when somebody wants it")
    func retry() async throws {
        let trace = Trace()
        let network = EngineNetwork(trace, failing: 1)
        try await running({ network }) { engine in
            await #expect(throws: EngineProblem.notReady(reason: "try 1 failed")) { try await engine.ready() }
            #expect(await engine.snapshot.node.problem == "try 1 failed")
            guard case .one(.done) = await engine.respond(to: .retry) else {
                Issue.record("not set up")
                return
            }
            #expect(await engine.snapshot.node.problem == nil)
            let party = try await engine.currentParty()
            #expect(party == nil)
            guard case .one(.refused(.unavailable, _)) = await engine.respond(to: .leave) else {
                Issue.record("left nothing")
                return
            }
        }
        #expect(trace.lines.filter { $0 == "off" }.count == 1)
    }

    @Test("who waits for the network when the engine stops is told so, and nothing of the network stays")
    func stopsWhileStarting() async throws {
        let trace = Trace()
        let (gate, open) = AsyncStream<Void>.makeStream()
        let network = EngineNetwork(trace, gate: gate)
        try await running({ network }) { engine in
            async let asked = engine.respond(to: .leave)
            await trace.has("setting up")
            async let stopped: Void = engine.shutdown()
            guard case .one(.refused(.unavailable, let reason)) = await asked else {
                Issue.record("not refused")
                return
            }
            #expect(reason == "\(EngineProblem.stopping)")
            // The set-up comes about only now: it is taken away again.
            open.finish()
            await stopped
            await #expect(throws: EngineProblem.stopping) { try await engine.ready() }
        }
        #expect(trace.lines.filter { $0 == "on" }.count == trace.lines.filter { $0 == "off" }.count)
    }

    @Test("however many stop it at once, before it runs, while it does or after it, nobody is left waiting")
    func stopping() async throws {
        for _ in 0..<20 {
            let network = EngineNetwork(Trace())
            try await running({ network }) { engine in
                await withDiscardingTaskGroup { group in
                    for _ in 0..<10 { group.addTask { await engine.shutdown() } }
                }
                await engine.shutdown()
            }
        }
        let idle = MeshEngine(EngineConfiguration(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) {
            _, _, _, _ in
        }
        await idle.shutdown()
    }

    @Test("snapshots follow what happens, and end with the engine")
    func snapshots() async throws {
        let network = EngineNetwork(Trace())
        try await running({ network }) { engine in
            try await engine.ready()
            let snapshots = await engine.snapshots()
            async let last = Self.last(of: snapshots)
            await engine.shutdown()
            #expect(await last?.node.backend == "fake")
        }
    }

    @Test("a host's own control plane serves the party that is hosted, under the name given, and ends when it is left")
    func ownPlane() async throws {
        let trace = Trace()
        let network = EngineNetwork(Trace())
        let (states, tell) = AsyncStream<ControlServerState>.makeStream()
        let serving: MeshEngine.ServeControl = { state, port, names, bound in
            trace.note("open \(port) \(names)")
            tell.yield(state)
            await bound(port)
            try? await Task.sleep(for: .seconds(3_600))
            trace.note("closed")
        }
        try await running({ network }, serving: serving) { engine in
            let place = ControlAddress(host: "home.example", port: 51_821)
            for _ in 0..<2 {
                guard case .one(.done) = await engine.respond(to: .host(party: "lan", publicAddress: place)) else {
                    Issue.record("not hosted")
                    return
                }
                var iterator = states.makeAsyncIterator()
                let service = try #require(await iterator.next()).service
                let party = try #require(await engine.currentParty()?.id)
                #expect(await service.begins(party))
                #expect(await service.begins(PartyID()) == false)
                guard case .one(.done) = await engine.respond(to: .leave) else {
                    Issue.record("not left")
                    return
                }
                #expect(await service.begins(party) == false)
                #expect(trace.lines.last == "closed")
            }
        }
        #expect(trace.lines == ["open 51821 [\"home.example\"]", "closed", "open 51821 [\"home.example\"]", "closed"])
    }

    private static func last(of snapshots: AsyncStream<MeshSnapshot>) async -> MeshSnapshot? {
        var last: MeshSnapshot?
        for await snapshot in snapshots { last = snapshot }
        return last
    }

    @Test("an engine whose state folder is taken ends, and leaves nobody waiting")
    func locked() async throws {
        try await withTemporaryFolder { folder in
            let other = try StateFolder(folder)
            var configuration = EngineConfiguration()
            configuration.stateFolder = folder
            let engine = MeshEngine(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) {
                _, _, _, _ in
            }
            async let asked = engine.respond(to: .leave)
            await #expect(throws: EngineProblem.self) { try await engine.run() }
            guard case .one(.refused(let kind, _)) = await asked else {
                Issue.record("not refused")
                return
            }
            #expect(kind == .unavailable)
            #expect(await engine.snapshot.parties.isEmpty)
            withExtendedLifetime(other) {}
        }
    }
}

extension ControlService {
    /// Whether a stranger gets a nonce for the party.
    fileprivate func begins(_ party: PartyID) async -> Bool {
        let begin = ControlRequest.begin(identity: PublicKey(), g0: nil)
        guard case .begun = await perform(begin, party: party, from: .anonymous, source: .inProcess) else {
            return false
        }
        return true
    }
}

/// A network that comes up after so many failures, and when its gate is open.
final class EngineNetwork: MachineNetwork {
    let trace: Trace
    let network: FakeNetwork
    let events: AsyncStream<NetworkEvent> = AsyncStream { $0.finish() }
    let backendName = "fake"
    private let gate: AsyncStream<Void>?
    private let failing: Int
    private let tries = Mutex(0)

    struct Failed: Error, CustomStringConvertible { let description: String }

    init(_ trace: Trace, failing: Int = 0, gate: AsyncStream<Void>? = nil) {
        (self.trace, self.failing, self.gate, network) = (trace, failing, gate, FakeNetwork(trace))
    }

    var privateKey: Bytes32 { Bytes32([UInt8](repeating: 0x42, count: 32).span, at: 0) }
    var incoming: AsyncStream<ReceivedDatagram> { network.incoming }
    var handshakes: AsyncStream<HandshakeSent> { network.handshakes }

    func initialize() async throws {
        trace.note("setting up")
        // Setting up is not stopped half-way: what `ip` has begun it ends.
        if let gate { await Task { for await _ in gate {} }.value }
        let number = tries.withLock { tries in
            tries += 1
            return tries
        }
        if number <= failing { throw Failed(description: "try \(number) failed") }
        trace.note("on")
    }

    func shutdown() async { trace.note("off") }
    func localAddresses() -> [IPAddress] { [] }
    func send(_ datagram: [UInt8], to destination: Endpoint) { network.send(datagram, to: destination) }
    func receive(for tags: [MeshWire.Tag]) throws { try network.receive(for: tags) }
    func configure(address: IPAddress, prefix: Int) async throws {
        try await network.configure(address: address, prefix: prefix)
    }
    func unconfigure() async { await network.unconfigure() }
    func addPeer(_ peer: WireGuardPeer) async throws { try await network.addPeer(peer) }
    func setEndpoint(_ endpoint: Endpoint, of peer: PublicKey) async throws {
        try await network.setEndpoint(endpoint, of: peer)
    }
    func removePeer(_ peer: PublicKey) async throws { try await network.removePeer(peer) }
    func guardRoaming(_ rule: RoamingGuardRule) async throws { try await network.guardRoaming(rule) }
    func endGuard(_ peer: PublicKey) async throws { try await network.endGuard(peer) }
    func samples() async throws -> [WireGuardSample] { try await network.samples() }
    func localNetwork() async -> LocalNetwork { await network.localNetwork() }
    func measureLatency(to address: IPAddress, timeout: Duration) async -> Duration? { nil }
}
