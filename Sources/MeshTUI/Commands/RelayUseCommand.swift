import ArgumentParser
import MeshCore

struct RelayUseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "use", abstract: "Pin a relay for a peer, or release it.",
        discussion: "A pin holds until it is released, also across restarts.")

    @Argument(help: "A relay's ID (or its beginning) or region, or “auto” to release the pin.")
    var relay: String
    @Option(help: "The peer's name, or the beginning of its ID. [all of them]")
    var peer: String?
    @OptionGroup var node: NodeOptions

    func run() async throws {
        let entrance = NodeEntrance(configuration: try node.engineConfiguration())
        guard case .snapshot(let snapshot) = try await entrance.ask(.status) else { return }
        for request in try RelayChoice(relay: relay, peer: peer).requests(in: snapshot) {
            _ = try await entrance.done(request)
        }
    }
}
