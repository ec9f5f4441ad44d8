import Logging
import MeshControlServer
import MeshCore
import MeshRules
import UnixSignals

/// A control server in this process.
struct ControlProcess {
    let listen: [ControlAddress]
    let folder: String
    let logger: Logger

    /// Runs until a signal.
    func run() async throws {
        let state: ControlServerState
        do throws(StorageProblem) { state = try await ControlServerState.open(folder: folder) } catch {
            throw CommandProblem(error)
        }
        let server = ControlServer(
            service: state.service, listen: listen, operatorToken: state.operatorToken, logger: logger
        ) { address in
            Output.line("listening on \(ControlLocation(address: address, keyHash: state.service.keyHash))")
        }
        Output.line("the operator's token, which relays need, is in \(folder)/operator.token")
        let signals = await EndSignals.sequence()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await state.service.run() }
            group.addTask {
                do { try await server.run() } catch let problem as ListenProblem {
                    throw CommandProblem("\(problem)", .unavailable)
                }
            }
            group.addTask { for await _ in signals { break } }
            try await group.next()
            group.cancelAll()
        }
        withExtendedLifetime(state) {}
    }
}
