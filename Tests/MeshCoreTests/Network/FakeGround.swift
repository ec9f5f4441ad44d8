import MeshRules
import MeshWire
import Synchronization

@testable import MeshCore

/// A machine without one: every step is noted, and one of them fails.
final class FakeGround: Sendable {
    let trace = Trace()
    /// The step that fails, and how often before it works; nil for none.
    private let failing: Mutex<(step: String, times: Int)?>

    init(failing step: String? = nil, times: Int = .max) { failing = Mutex(step.map { ($0, times) }) }

    func fail(_ step: String, times: Int) { failing.withLock { $0 = (step, times) } }

    func step(_ name: String) throws(NetworkProblem) {
        trace.note(name)
        let fails = failing.withLock { failing in
            guard let one = failing, name.hasPrefix(one.step), one.times > 0 else { return false }
            failing = (one.step, one.times - 1)
            return true
        }
        if fails { throw .backendFailed(name) }
    }
}

extension FakeGround {
    /// `restarts`: the reasons for which WireGuard comes back by itself.
    func ground(restarts: AsyncStream<String> = AsyncStream { $0.finish() }) -> NetworkGround {
        let fake = self
        return NetworkGround(
            backend: FakeBackend(fake: fake, restarts: restarts),
            checkPrerequisites: { () throws(NetworkProblem) in try fake.step("prerequisites") },
            command: { command throws(NetworkProblem) in
                try fake.step("\(command)")
                return ""
            },
            isFree: { $0 != 51820 },
            makeParts: { port, _ throws(NetworkProblem) in
                try fake.step("parts on \(port)")
                return FakeParts(fake: fake)
            }, pause: .milliseconds(1))
    }
}

private struct FakeBackend: WireGuardBackend {
    let fake: FakeGround
    let restarts: AsyncStream<String>
    let name = "fake"

    func start() async throws(NetworkProblem) { try fake.step("start") }

    func apply(_ change: WireGuardChange) async throws(NetworkProblem) {
        switch change {
        case .privateKey: try fake.step("private key")
        case .listenPort(let port): try fake.step("port \(port)")
        case .peer(let peer): try fake.step("peer \(peer.allowedIP)")
        case .endpoint(let endpoint, _): try fake.step("endpoint \(endpoint)")
        case .remove: try fake.step("remove")
        }
    }

    func device() async throws(NetworkProblem) -> WireGuardDevice {
        try fake.step("device")
        return WireGuardDevice()
    }

    func stop() async { fake.trace.note("stop") }
}

private struct FakeParts: NetworkParts {
    let fake: FakeGround

    func send(_ datagram: [UInt8], to destination: Endpoint) { fake.trace.note("send to \(destination)") }
    func receive(for tags: [MeshWire.Tag]) throws(NetworkProblem) { try fake.step("receive") }
    func measure(to address: IPAddress, timeout: Duration) async -> Duration? { nil }
    func watch(_ peers: [PublicKey]) { fake.trace.note("watch \(peers.count)") }
    func stand(_ rule: RoamingGuardRule) async throws(NetworkProblem) { try fake.step("stand") }
    func end(_ peer: PublicKey) async throws(NetworkProblem) { try fake.step("end") }
    func hits() async throws(NetworkProblem) -> [PublicKey: UInt64] {
        try fake.step("hits")
        return [:]
    }
    func close() async { fake.trace.note("close") }
}
