import ArgumentParser
import MeshCore

struct InviteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite", abstract: "Print the invite of the party that this machine hosts. It is a secret.")

    @OptionGroup var node: NodeOptions

    func run() async throws {
        if let invite = try await NodeEntrance(configuration: try node.engineConfiguration()).done(.invite) {
            Output.line(invite)
        }
    }
}
