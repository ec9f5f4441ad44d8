import MeshRules
import MeshWire
import Synchronization

@testable import MeshCore

/// What was done to a network, a store and a control plane, in order. Whatever is named in `slow` takes as long as a test
/// wants it to.
final class Trace: Sendable {
    private struct State {
        var lines: [String] = []
        var waiting: [(isDue: @Sendable ([String]) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var lines: [String] { state.withLock { $0.lines } }

    func note(_ line: String) {
        let due = state.withLock { state in
            state.lines.append(line)
            let due = state.waiting.filter { $0.isDue(state.lines) }
            state.waiting.removeAll { $0.isDue(state.lines) }
            return due
        }
        for waiting in due { waiting.continuation.resume() }
    }

    /// Returns when there are `count` lines.
    func reaches(_ count: Int) async { await until { $0.count >= count } }

    /// Returns when a line ends with this.
    func has(_ end: String) async { await until { $0.contains { $0.hasSuffix(end) } } }

    private func until(_ isDue: @escaping @Sendable ([String]) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if isDue(state.lines) { return true }
                state.waiting.append((isDue, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}

/// A network without one.
struct FakeNetwork: NodeNetwork {
    let trace: Trace
    let incoming: AsyncStream<ReceivedDatagram>
    let handshakes: AsyncStream<HandshakeSent>
    let receive: AsyncStream<ReceivedDatagram>.Continuation
    /// Ends the echo that is under way; nil ones never end.
    let echoes: AsyncStream<Duration>
    var refuses = false

    struct Refused: Error, CustomStringConvertible { let description = "refused" }

    init(_ trace: Trace, echoes: AsyncStream<Duration> = AsyncStream { $0.finish() }) {
        (self.trace, self.echoes) = (trace, echoes)
        (incoming, receive) = AsyncStream.makeStream()
        handshakes = AsyncStream { $0.finish() }
    }

    func send(_ datagram: [UInt8], to: Endpoint) { trace.note("send \(datagram.count) to \(to)") }
    func receive(for tags: [MeshWire.Tag]) throws { try done("receive for \(tags.count)") }
    func configure(address: IPAddress, prefix: Int) async throws { try done("configure \(address)/\(prefix)") }
    func unconfigure() async { trace.note("unconfigure") }
    func addPeer(_ peer: WireGuardPeer) async throws { try done("add \(peer.allowedIP)") }
    func setEndpoint(_ endpoint: Endpoint, of peer: PublicKey) async throws { try done("endpoint \(endpoint)") }
    func removePeer(_ peer: PublicKey) async throws { try done("remove") }
    func guardRoaming(_ rule: RoamingGuardRule) async throws { try done("guard \(rule.wanted)") }
    func endGuard(_ peer: PublicKey) async throws { try done("end guard") }
    func samples() async throws -> [WireGuardSample] {
        try done("sampled")
        return []
    }
    func localNetwork() async -> LocalNetwork {
        LocalNetwork(addresses: [IPAddress(v4: 0xcb00_7101)], listenPort: 51820)
    }
    func measureLatency(to address: IPAddress, timeout: Duration) async -> Duration? {
        for await duration in echoes { return duration }
        return nil
    }

    private func done(_ what: String) throws {
        if refuses { throw Refused() }
        trace.note(what)
    }
}

/// A store whose disk may be full, and as slow as a test wants it to be.
struct FakeStore: RecordKeeping {
    let trace: Trace
    var isFull = false
    /// The disk takes so long: a transaction is durable when there is an element; nil when there is no wait.
    var disk: AsyncStream<Void>?

    func apply(_ records: [Record]) async throws {
        trace.note("storing \(records.count)")
        if let disk { for await _ in disk { break } }
        if isFull { throw StorageProblem.full(path: "/state/node.sqlite") }
        trace.note("stored")
    }
}

/// A control plane that answers when it is told to.
struct FakeControlPlane: ControlPlane {
    let trace: Trace
    var told: AsyncStream<ControlPlaneEvent> = AsyncStream { $0.finish() }

    func perform(_ request: ControlRequest) async -> ControlReply {
        trace.note("asked")
        return .done
    }
    func follow(_ hear: @escaping @Sendable (ControlPlaneEvent) async -> Void) async {
        for await event in told { await hear(event) }
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
