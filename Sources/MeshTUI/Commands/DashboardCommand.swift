import ArgumentParser

struct DashboardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dashboard", abstract: "Show the party and everything in it (the default).")

    @OptionGroup var node: NodeOptions

    func run() async throws { try await NodeEntrance(node).open() }
}
