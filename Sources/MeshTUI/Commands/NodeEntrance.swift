import FoundationEssentials
import Logging
import MeshCore

/// How a command comes to a running node: the one that answers on the socket, one in this process, or one of its own.
struct NodeEntrance {
    let configuration: EngineConfiguration

    var client: NodeSocketClient { NodeSocketClient(path: configuration.socket) }

    /// Hosts or joins; `headless` without the dashboard afterwards.
    func enter(_ request: NodeRequest, headless: Bool) async throws {
        if SocketFile.isAnswered(configuration.socket) {
            if let text = try await done(request) { Output.line(text) }
            if !headless { try await dashboard(startedNode: false) }
            return
        }
        try CommandProblem.requireRoot()
        guard !headless else {
            try await NodeProcess(configuration: configuration, logger: Logger(label: "meshtui")).run(first: request)
            return
        }
        try await NodeLauncher(configuration: configuration).start()
        _ = try await done(request)
        try await dashboard(startedNode: true)
    }

    /// The dashboard of the node, which is started if none answers.
    func open() async throws {
        let answers = SocketFile.isAnswered(configuration.socket)
        if !answers {
            try CommandProblem.requireRoot()
            try await NodeLauncher(configuration: configuration).start()
        }
        try await dashboard(startedNode: !answers)
    }

    /// Asks a node that must be there, and returns the text of its answer.
    func done(_ request: NodeRequest) async throws(CommandProblem) -> String? {
        switch try await ask(request) {
        case .done(let text): return text
        case .refused(let kind, let reason): throw CommandProblem(kind, reason)
        case .snapshot, .event: return nil
        }
    }

    func ask(_ request: NodeRequest) async throws(CommandProblem) -> NodeReply {
        do { return try await client.ask(request) } catch { throw CommandProblem(error) }
    }

    private func dashboard(startedNode: Bool) async throws {
        let app: App<Terminal>
        do {
            app = try App(environment: ProcessInfo.processInfo.environment, startedNode: startedNode)
        } catch {
            throw CommandProblem("\(error)", .unavailable)
        }
        let code = await app.run(client: SocketNodeClient(socket: client))
        if code != 0 { throw ExitStatus(code: code) }
    }
}
