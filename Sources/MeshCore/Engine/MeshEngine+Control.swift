import MeshRules
import MeshWire

extension MeshEngine {
    private static let controlService = "control service"
    private static let controlServer = "control server"

    /// The control plane that the node wants: the host's own, served on the LAN as well, or a server.
    func connect(to target: ControlTarget, party: PartyID) async throws -> any ControlPlane {
        switch target {
        case .local: return LocalControlPlane(service: try await ownControl().service, party: party)
        case .remote(let servers, let keyHash):
            return RemoteControlPlane(
                servers: servers, party: party, expectedKeyHash: keyHash, allowInsecure: configuration.insecureHTTP)
        }
    }

    /// Opens the control plane of this process, and serves it as long as the node runs: others may still be in it.
    private func ownControl() async throws -> ControlServerState {
        if let control { return control }
        let opened = try await ControlServerState.open(folder: configuration.stateFolder + "/control")
        control = opened
        let (serveControl, report) = (serveControl, report)
        await tasks.start(TaskJob(Self.controlService) { await opened.service.run() })
        await tasks.start(
            TaskJob(Self.controlServer, again: .onFailure(after: Self.retry)) {
                do { try await serveControl(opened) } catch {
                    report.yield(
                        NodeEvent(.error, "control", "this machine can't serve the party's control plane: \(error)"))
                    throw error
                }
            })
        return opened
    }
}
