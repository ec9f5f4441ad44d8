import ArgumentParser
struct RelayServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "serve", abstract: "Run a relay (UDP 51822).")
}
