internal import Logging
internal import MeshRules

/// The sockets, the table and the thread of a node that is up; they come and go together.
final class NetworkPieces: Sendable {
    let port: SharedUDPPort
    let handshakes: HandshakeLog
    let table: RoamingGuard
    let echo: EchoSocket
    private let thread: PacketThread

    init(interface: String, port number: UInt16, logger: Logger, sinks: NetworkSinks) throws(NetworkProblem) {
        let port = try SharedUDPPort(port: number, logger: logger) { sinks.incoming.yield($0) }
        // The first group to try differs between the nodes of a machine, because their ports do.
        let handshakes = try HandshakeLog(firstGroup: number) { sinks.handshakes.yield($0) }
        let table = try RoamingGuard(interface: interface, port: number, group: handshakes.group)
        let echo = try EchoSocket(identifier: .random(in: 0 ... .max))
        let monitor = try AddressMonitor(tunnel: interface) {
            port.forgetSources()
        } addressesChanged: {
            sinks.events.yield(.addressesChanged($0))
        }
        thread = try PacketThread(port.sources + [handshakes, echo, monitor])
        (self.port, self.handshakes, self.table, self.echo) = (port, handshakes, table, echo)
    }

    func close() async {
        echo.close()
        await table.close()
    }
}
