import ArgumentParser
import MeshCore

struct InviteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invite", abstract: "Print the invite of the party that this machine hosts. It is a secret.")

    @OptionGroup var address: NodeAddress

    func run() async throws {
        if let invite = try await address.node.done(.invite) {
            Output.line(invite)
        }
    }
}
