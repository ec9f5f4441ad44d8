import FoundationEssentials
import Logging
import MeshControlServer
import MeshCore
import MeshRules
import MeshWire
import Testing

/// A control server on loopback with a state folder of its own, for as long as a test needs it.
struct ServerBench: Sendable {
    let address: ControlAddress
    let state: ControlServerState

    /// A folder that is gone after the test.
    static func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        let folder =
            FileManager.default.temporaryDirectory.path + "/meshtui-control-\(UInt64.random(in: .min ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }

    /// - Parameter port: 0 takes a free one.
    static func run<Value: Sendable>(
        folder: String, host: String = "127.0.0.1", port: UInt16 = 0, limits: ConnectionLimits = ConnectionLimits(),
        parties: ControlPolicy.Parties = .any, hosts: ServedHosts = .any,
        _ body: @escaping @Sendable (ServerBench) async throws -> Value
    ) async throws -> Value {
        let state = try await ControlServerState.open(
            folder: folder, policy: ControlPolicy(parties: parties, allowsLoopback: true))
        return try await serve(
            state.service, host: host, port: port, token: state.operatorToken, limits: limits, hosts: hosts
        ) { try await body(ServerBench(address: $0, state: state)) }
    }

    /// Serves a service for as long as the body runs.
    static func serve<Value: Sendable>(
        _ service: ControlService, host: String = "127.0.0.1", port: UInt16 = 0, token: String = "",
        limits: ConnectionLimits = ConnectionLimits(), hosts: ServedHosts = .any,
        _ body: @escaping @Sendable (ControlAddress) async throws -> Value
    ) async throws -> Value {
        let (ports, bound) = AsyncStream<ControlAddress>.makeStream()
        let server = ControlServer(
            service: service, listen: [ControlAddress(host: host, port: port)], operatorToken: token, limits: limits,
            hosts: hosts, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { bound.yield($0) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await service.run() }
            group.addTask { try await server.run() }
            var iterator = ports.makeAsyncIterator()
            let address = try #require(await iterator.next())
            let value = try await body(address)
            group.cancelAll()
            try await group.waitForAll()
            return value
        }
    }

    static func run<Value: Sendable>(
        host: String = "127.0.0.1", limits: ConnectionLimits = ConnectionLimits(),
        parties: ControlPolicy.Parties = .any, hosts: ServedHosts = .any,
        _ body: @escaping @Sendable (ServerBench) async throws -> Value
    ) async throws -> Value {
        try await withFolder { folder in
            try await run(folder: folder, host: host, limits: limits, parties: parties, hosts: hosts, body)
        }
    }

    /// Serves until cancelled or refused an address.
    static func serve(folder: String, on address: ControlAddress) async throws {
        let state = try await ControlServerState.open(folder: folder)
        try await ControlServer(
            service: state.service, listen: [address], operatorToken: state.operatorToken,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ).run()
    }

    /// A party of two on this server.
    struct Pair: Sendable {
        let fixture: PartyFixture
        let member: PartyFixture.Member
        let host: RemoteControlPlane
        let friend: RemoteControlPlane
    }

    /// A host that has registered and a friend who has joined.
    func pair() async throws -> Pair {
        let fixture = try PartyFixture()
        let pair = Pair(
            fixture: fixture, member: try PartyFixture.member(1), host: plane(fixture), friend: plane(fixture))
        try await pair.host.register(fixture)
        try await pair.friend.join(fixture, pair.member)
        return pair
    }

    func plane(_ fixture: PartyFixture, expectedKeyHash: Bytes16? = nil) -> RemoteControlPlane {
        RemoteControlPlane(servers: [address], party: fixture.party, expectedKeyHash: expectedKeyHash)
    }
}

struct UnexpectedReply: Error { var reply: ControlReply }

extension ControlPlane {
    func begin(_ member: PartyFixture.Member, g0: PublicKey?) async throws -> Begun {
        let reply = await perform(.begin(identity: member.identity.publicKey, g0: g0))
        guard case .begun(let begun) = reply else { throw UnexpectedReply(reply: reply) }
        return begun
    }

    @discardableResult
    func register(_ fixture: PartyFixture, roster: Roster? = nil) async throws -> Joined {
        let begun = try await begin(fixture.host, g0: nil)
        let card = try fixture.card(fixture.host, at: PartyFixture.hostAddress)
        let reply = await perform(
            .registerParty(
                roster: try (roster ?? fixture.roster()).bytes, welcomes: fixture.welcomes,
                proof: fixture.proof(card, begun, by: fixture.host)))
        guard case .joined(let joined) = reply else { throw UnexpectedReply(reply: reply) }
        return joined
    }

    @discardableResult
    func join(
        _ fixture: PartyFixture, _ member: PartyFixture.Member, sequence: UInt64 = 1, wg: PublicKey? = nil
    ) async throws -> Joined {
        let begun = try await begin(member, g0: fixture.g0)
        let card = try fixture.card(member, at: try #require(begun.ipv4), sequence: sequence, wg: wg)
        let reply = await perform(.joinParty(g0: fixture.g0, proof: fixture.proof(card, begun, by: member)))
        guard case .joined(let joined) = reply else { throw UnexpectedReply(reply: reply) }
        return joined
    }
}

/// Reads a control plane's events one by one.
final class EventReader {
    private var iterator: AsyncStream<ControlPlaneEvent>.Iterator

    init(_ events: AsyncStream<ControlPlaneEvent>) { iterator = events.makeAsyncIterator() }

    func next() async -> ControlPlaneEvent? { await iterator.next(isolation: #isolation) }

    /// The next event for which the test waits; others pass by.
    func next(where matches: (ControlPlaneEvent) -> Bool) async -> ControlPlaneEvent? {
        while let event = await next() { if matches(event) { return event } }
        return nil
    }
}

extension ControlPlaneEvent {
    var isSignal: Bool {
        guard case .event(.signal(from: _, check: _)) = self else { return false }
        return true
    }
}

extension ControlPlane {
    /// What it tells, gathered until a test reads it.
    func events() -> AsyncStream<ControlPlaneEvent> {
        let (stream, out) = AsyncStream<ControlPlaneEvent>.makeStream()
        let task = Task {
            await follow { out.yield($0) }
            out.finish()
        }
        out.onTermination = { _ in task.cancel() }
        return stream
    }
}
