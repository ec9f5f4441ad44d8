import ArgumentParser
import MeshRules

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "How this machine and its party stand.")

    @OptionGroup var options: SnapshotOptions

    func run() async throws { try options.show(try await options.snapshot(), as: Report.status) }
}
