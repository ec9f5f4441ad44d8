import ArgumentParser
import Glibc
import Logging
import MeshCore

/// The node alone, in the foreground: what `meshtui` starts as a process of its own, and what a service manager runs.
struct NodeRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node", abstract: "Run the node in the foreground, and rejoin its party.", shouldDisplay: false)

    @Option(
        help: "Network of a party hosted from the dashboard. [MESHTUI_SUBNET; the first free one from 10.66.0.0/16]")
    var subnet: String?
    @Option(
        name: .customLong("public"), help: "Where others reach a party hosted here from outside. [MESHTUI_PUBLIC]")
    var publicAddress: String?
    @OptionGroup var node: NodeOptions
    @Option(help: .hidden)
    var log: String?

    /// The file that a node of the dashboard's writes to; nil for one that a service manager or a person runs.
    func logFile() throws(CommandProblem) -> LogFile? {
        guard let log else { return nil }
        do { return try LogFile(path: log, standard: [STDOUT_FILENO, STDERR_FILENO]) } catch {
            throw CommandProblem(error)
        }
    }

    func run() async throws {
        let settings = NodeSettings(
            options: node, environment: .current, subnet: subnet, publicAddress: publicAddress)
        let configuration = try settings.engineConfiguration()
        try CommandProblem.requireRoot()
        try settings.consent(configuration).beforeStart()
        try await NodeProcess(configuration: configuration, logger: Logger(label: "meshtui")).run()
    }
}
