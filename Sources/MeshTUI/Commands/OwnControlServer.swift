import Logging
import MeshControlServer
import MeshCore
import MeshRules

/// The HTTP face of a host's own control plane, on every IPv4 address of the machine.
struct OwnControlServer {
    /// Ports tried beyond the wanted one.
    private static let further = 19

    let state: ControlServerState
    /// TCP.
    let port: UInt16
    /// What invites call this machine besides its addresses.
    let names: [String]
    let logger: Logger

    /// Serves until cancelled, on the first port from the wanted one on that is free; `bound` hears which.
    func run(bound: @escaping @concurrent @Sendable (UInt16) async -> Void) async throws {
        let last = UInt16(clamping: Int(port) + Self.further)
        for port in port...last {
            let server = ControlServer(
                service: state.service, listen: [ControlAddress(host: "0.0.0.0", port: port)],
                operatorToken: state.operatorToken, limits: .ownPlane, hosts: .addresses(names: names),
                logger: logger
            ) { await bound($0.port) }
            do { return try await server.run() } catch let problem as ListenProblem where problem.isTaken && port < last
            {
                continue
            }
        }
    }
}
