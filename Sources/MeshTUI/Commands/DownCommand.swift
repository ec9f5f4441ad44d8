import ArgumentParser
import MeshCore

struct DownCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down", abstract: "Stop the node and remove everything it put on this machine.",
        discussion: "It stays in its party and is back in it when it starts again; meshtui leave leaves the party.")

    @OptionGroup var address: NodeAddress
    @Option(help: "Folder of the node's state. [MESHTUI_STATE; /var/lib/meshtui]")
    var state: String?

    func run() async throws {
        let environment = Environment.current
        var configuration = EngineConfiguration()
        configuration.interface = address.interface(environment)
        configuration.socket = address.socket(environment)
        configuration.stateFolder = NodeSettings.stateFolder(state, environment)
        let isNamed = environment.text(state, or: "MESHTUI_STATE") != nil
        if let node = SocketFile.owner(configuration.socket) {
            // Whoever names a folder means its node, not whichever answers on the usual socket.
            guard !isNamed || FolderLock.holder(of: configuration.stateFolder, for: .node) == node else {
                throw CommandProblem(
                    "the node on \(configuration.socket) does not keep its state in \(configuration.stateFolder): give the --socket and --interface of the one that does",
                    .unavailable)
            }
            _ = try await address.node.done(.shutdown)
            Output.line("the node has stopped; its interface, route and rules are gone")
            return
        }
        try CommandProblem.requireRoot()
        let removed: [String]
        do throws(EngineProblem) { removed = try await Leftovers(of: configuration).remove() } catch {
            throw CommandProblem(error)
        }
        Output.line(
            removed.isEmpty ? "no node runs, and nothing of one is left" : "removed " + removed.joined(separator: ", "))
    }
}
