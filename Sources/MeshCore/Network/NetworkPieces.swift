internal import Logging
internal import MeshRules
internal import MeshWire

/// The sockets, the table and the thread of a node that is up; they come and go together. A test has parts of its own.
protocol NetworkParts: Sendable {
    /// Sends from WireGuard's port. What can't leave is lost, like a datagram that the network loses.
    func send(_ datagram: [UInt8], to destination: Endpoint)
    /// From now on the kernel hands over checks for these tags only.
    func receive(for tags: [Tag]) throws(NetworkProblem)
    func measure(to address: IPAddress, timeout: Duration) async -> Duration?
    /// Handshakes for these peers are reported.
    func watch(_ peers: [PublicKey])
    /// The guard is in force when this returns.
    func stand(_ rule: RoamingGuardRule) async throws(NetworkProblem)
    func end(_ peer: PublicKey) async throws(NetworkProblem)
    func hits() async throws(NetworkProblem) -> [PublicKey: UInt64]
    func close() async
}

/// What `NetworkManager` stands on: the machine, unless a test gives something that fails where it wants.
struct NetworkGround: Sendable {
    typealias MakeParts = @Sendable (_ port: UInt16, NetworkSinks) throws(NetworkProblem) -> any NetworkParts

    var backend: any WireGuardBackend
    var checkPrerequisites: @Sendable () throws(NetworkProblem) -> Void = Prerequisites.check
    /// iproute2's `ip`.
    var command: IPCommand.Runner = { command throws(NetworkProblem) in try await command.run() }
    var isFree: @Sendable (_ port: UInt16) -> Bool = ListenPort.isFree
    var makeParts: MakeParts
    /// Before WireGuard that runs again is offered its set-up once more; doubled up to eight times.
    var pause: Duration = .milliseconds(250)
}

/// The parts on the machine.
final class NetworkPieces: NetworkParts {
    private let port: SharedUDPPort
    private let handshakes: HandshakeLog
    private let table: RoamingGuard
    private let echo: EchoSocket
    private let thread: PacketThread

    init(interface: String, port number: UInt16, logger: Logger, sinks: NetworkSinks) throws(NetworkProblem) {
        let port = try SharedUDPPort(port: number, logger: logger) { sinks.incoming.put($0) }
        // The first group to try differs between the nodes of a machine, because their ports do.
        let handshakes = try HandshakeLog(firstGroup: number) { sinks.handshakes.yield($0) }
        let table = try RoamingGuard(interface: interface, port: number, group: handshakes.group)
        let echo = try EchoSocket(identifier: .random(in: 0 ... .max))
        let monitor = try AddressMonitor {
            port.forgetSources()
            sinks.events.yield(.addressesChanged)
        }
        thread = try PacketThread(port.sources + [handshakes, echo, monitor]) {
            sinks.events.yield(.listeningFailed($0))
        }
        (self.port, self.handshakes, self.table, self.echo) = (port, handshakes, table, echo)
    }

    func send(_ datagram: [UInt8], to destination: Endpoint) { port.send(datagram, to: destination) }

    func receive(for tags: [Tag]) throws(NetworkProblem) { try port.receive(for: tags) }

    func measure(to address: IPAddress, timeout: Duration) async -> Duration? {
        await echo.measure(to: address, timeout: timeout)
    }

    func watch(_ peers: [PublicKey]) { handshakes.watch(peers) }

    func stand(_ rule: RoamingGuardRule) async throws(NetworkProblem) { try await table.stand(rule) }

    func end(_ peer: PublicKey) async throws(NetworkProblem) { try await table.end(peer) }

    func hits() async throws(NetworkProblem) -> [PublicKey: UInt64] { try await table.hits() }

    func close() async {
        echo.close()
        await table.close()
    }
}
