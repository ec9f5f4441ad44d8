import ArgumentParser
import MeshRules

struct PeersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peers", abstract: "The other members and their paths.")

    @OptionGroup var options: SnapshotOptions

    func run() async throws {
        let snapshot = try await options.snapshot()
        try options.show(snapshot.peers) { Report.peers($0, relays: snapshot.relays) }
    }
}
