import Logging
import MeshCore

/// The HTTP face of a host's own control plane, on every address of the machine.
struct OwnControlServer {
    let state: ControlServerState
    let logger: Logger

    func run() async throws {}
}
