import ArgumentParser
import Foundation
import Glibc

/// The program `meshtui-lab`.
@main
struct LabCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "meshtui-lab",
        abstract: "A private internet in network namespaces, with a NAT for every household.",
        subcommands: [
            UpCommand.self, DownCommand.self, ExecCommand.self, DemoCommand.self, MatrixCommand.self, FaultCommand.self,
            TrafficCommand.self, InternetCommand.self, ForgetMappingsCommand.self,
        ])

    static func main() async {
        completePath()
        do {
            var command = try parseAsRoot()
            if var waiting = command as? any AsyncParsableCommand {
                try await waiting.run()
            } else {
                try command.run()
            }
        } catch let problem as LabProblem {
            Message.say("\(problem)")
            Foundation.exit(problem.exitCode)
        } catch {
            exit(withError: error)
        }
    }

    /// The folders of `ip`, `nft` and `wireguard-go` are not in everybody's PATH, and what the lab starts inherits it.
    private static func completePath() {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        setenv("PATH", path + ":/usr/sbin:/usr/bin:/sbin:/bin", 1)
    }
}
