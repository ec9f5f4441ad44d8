import ArgumentParser
import MeshCore

struct HostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "host", abstract: "Host a party, and open the dashboard.",
        discussion: "With --headless the invite is printed instead; it is a secret: pass it on to friends only.")

    @Argument(help: "Name of the party: 1 to 32 bytes of letters, digits, spaces, emoji and -_.'()&!#,+")
    var name: String
    @Flag(help: "No dashboard: print the invite. Runs the node in the foreground unless one answers already.")
    var headless = false
    @Option(help: "Network of the party, such as 10.99.0.0/16. [MESHTUI_SUBNET; the first free one from 10.66.0.0/16]")
    var subnet: String?
    @Option(
        name: .customLong("public"),
        help: "Where others reach this machine from outside, HOST:PORT of a forwarded TCP port. [MESHTUI_PUBLIC]")
    var publicAddress: String?
    @OptionGroup var node: NodeOptions

    func run() async throws {
        let entrance = try NodeEntrance(node, subnet: subnet, publicAddress: publicAddress)
        try await entrance.enter(
            .host(
                party: name, subnet: entrance.configuration.subnet,
                publicAddress: entrance.configuration.publicAddress), headless: headless)
    }
}
