import ArgumentParser
import MeshCore

struct LeaveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "leave", abstract: "Leave the party. The node goes on running.")

    @OptionGroup var address: NodeAddress
    @Flag(help: "Answer with an empty JSON object.") var json = false

    func run() async throws {
        _ = try await address.node.done(.leave)
        Output.line(json ? "{}" : "left the party; the node goes on running, and meshtui down stops it")
    }
}
