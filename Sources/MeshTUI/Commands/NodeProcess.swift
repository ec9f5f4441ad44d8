import Logging
import MeshCore
import MeshRules
import MeshWire
import UnixSignals

/// A node in this process: the engine, its socket, and the signals that end it.
struct NodeProcess {
    private enum Ended { case entered, engine, server, signal }

    let configuration: EngineConfiguration
    let logger: Logger

    /// Runs until a signal or `meshtui down`; nothing is left on the machine then, and the node stays in its party.
    /// `first` is what to do once it is up: a refusal ends the node.
    func run(first: NodeRequest, _ consent: Consent) async throws { try await run((first, consent)) }

    func run() async throws { try await run(nil) }

    private func run(_ first: (request: NodeRequest, consent: Consent)?) async throws {
        let engine = MeshEngine(configuration, logger: logger) { state, port, names, bound in
            try await OwnControlServer(state: state, port: port, names: names, logger: logger).run(bound: bound)
        }
        let server = NodeSocketServer(path: configuration.socket, logger: logger) { await engine.respond(to: $0) }
        let signals = await EndSignals.sequence()
        do {
            try await withThrowingTaskGroup(of: Ended.self) { group in
                group.addTask {
                    try await engine.run()
                    return .engine
                }
                group.addTask {
                    try await server.run()
                    return .server
                }
                group.addTask {
                    for await signal in signals {
                        logger.notice("\(signal): stopping")
                        break
                    }
                    return .signal
                }
                if let first {
                    group.addTask {
                        try await FirstRequest(
                            request: first.request, consent: first.consent, engine: engine, logger: logger
                        ).carryOut()
                        return .entered
                    }
                }
                // After `meshtui down` the engine ends first, and the server once the answer is written.
                for try await ended in group where ended == .server || ended == .signal { break }
                group.cancelAll()
            }
        } catch let problem as EngineProblem {
            throw CommandProblem(problem)
        }
    }
}
