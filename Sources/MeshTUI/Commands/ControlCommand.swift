import ArgumentParser
struct ControlCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "control", abstract: "Run a control server (TCP 51821).")
}
