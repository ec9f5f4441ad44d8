import ArgumentParser
import FoundationEssentials
import MeshCore
import MeshRules

/// Which node of this machine is meant, for there may be several. Commands that ask a running node take no more.
struct NodeAddress: ParsableArguments {
    @Option(help: "Path of the node's socket. [MESHTUI_SOCKET; /run/meshtui/INTERFACE.sock]")
    var socket: String?
    @Option(help: "Name of the network interface. [MESHTUI_INTERFACE; meshtui0]")
    var interface: String?

    /// The node at this address, by the environment of this process.
    var node: NodeSocketClient { NodeSocketClient(path: socket(.current)) }

    func interface(_ environment: Environment) -> String {
        environment.text(interface, or: "MESHTUI_INTERFACE") ?? EngineConfiguration().interface
    }

    func socket(_ environment: Environment) -> String {
        Self.absolute(
            environment.text(socket, or: "MESHTUI_SOCKET") ?? "/run/meshtui/\(interface(environment)).sock")
    }

    /// A node of its own may have another current folder.
    static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        return FileManager.default.currentDirectoryPath + "/" + path
    }
}

/// What a command asks of a node that must be there.
extension NodeSocketClient {
    /// The first answer, whatever it is.
    func answer(to request: NodeRequest) async throws(CommandProblem) -> NodeReply {
        do { return try await ask(request) } catch { throw CommandProblem(error) }
    }

    /// Carries out a request and returns the text of its answer.
    func done(_ request: NodeRequest) async throws(CommandProblem) -> String? {
        switch try await answer(to: request) {
        case .done(let text): return text
        case .refused(let kind, let reason): throw CommandProblem(kind, reason)
        case .snapshot, .event, .asks: return nil
        }
    }

    /// How things stand now.
    func snapshot() async throws(CommandProblem) -> MeshSnapshot {
        switch try await answer(to: .status) {
        case .snapshot(let snapshot): return snapshot
        case .refused(let kind, let reason): throw CommandProblem(kind, reason)
        case .done, .event, .asks:
            throw CommandProblem("the node gave no snapshot: use the version of meshtui that it runs", .software)
        }
    }
}
