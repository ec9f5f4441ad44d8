import Logging
import MeshControlServer
import MeshCore
import MeshRules

/// The HTTP face of a host's own control plane, on every address of the machine.
struct OwnControlServer {
    let state: ControlServerState
    let logger: Logger

    func run() async throws {
        // What its HTTP library says of connections and of being cancelled is of use to nobody here.
        var logger = logger
        logger.logLevel = .critical
        try await ControlServer(
            service: state.service, listen: [ControlAddress(host: "0.0.0.0", port: EngineConfiguration.controlPort)],
            operatorToken: state.operatorToken, logger: logger
        ).run()
    }
}
