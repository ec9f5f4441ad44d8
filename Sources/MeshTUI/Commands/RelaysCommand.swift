import ArgumentParser
import MeshRules

struct RelaysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "relays", abstract: "The relays and who uses them.")

    @OptionGroup var options: SnapshotOptions

    func run() async throws {
        let snapshot = try await options.snapshot()
        try options.show(snapshot.relays) { Report.relays($0, peers: snapshot.peers) }
    }
}
