import ArgumentParser
import Glibc
import Logging

@main
struct MeshTUI: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "meshtui", abstract: "A private LAN with friends, over the internet, in a terminal.",
        discussion:
            "Without a subcommand: the dashboard. Every option of a node can be set in the environment too (MESHTUI_STATE, …).",
        version: "meshtui \(version)",
        subcommands: [
            DashboardCommand.self, HostCommand.self, JoinCommand.self, InviteCommand.self, LeaveCommand.self,
            StatusCommand.self, PeersCommand.self, RelaysCommand.self, EventsCommand.self, RelayCommand.self,
            DownCommand.self, ControlCommand.self, NodeRunCommand.self,
        ],
        defaultSubcommand: DashboardCommand.self)

    /// Of the program; CHANGELOG.md tells what came with it.
    static let version = "0.1.0"

    static func main() async {
        // A client that goes while it is being answered must not take the node with it.
        signal(SIGPIPE, SIG_IGN)
        let environment = Environment.current
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            if let problem = UnknownCommand.problem(in: arguments, commands: configuration.subcommands) {
                throw problem
            }
            if let problem = EmptyArgument.problem(in: arguments) { throw problem }
            var command = try parseAsRoot()
            let file = try (command as? NodeRunCommand)?.logFile()
            LoggingSystem.bootstrap { _ in LineLog(environment: environment, file: file) }
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let problem as CommandProblem {
            Output.problem(problem.message)
            Glibc.exit(problem.code.rawValue)
        } catch let signal as EndedBySignal {
            signal.end()
        } catch let status as ExitStatus {
            Glibc.exit(status.code)
        } catch {
            exit(withError: error)
        }
    }
}
