import ArgumentParser

struct RelayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relay", abstract: "Choose a relay, or run one.",
        subcommands: [RelayUseCommand.self, RelayServeCommand.self])
}
