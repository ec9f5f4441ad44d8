import ArgumentParser
import Logging
import MeshCore

struct RelayServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run a relay (UDP 51822).",
        discussion: """
            It forwards WireGuard's packets as they are and can read none of them. With --control it stands on that \
            server's list; the operator's token for that is in MESHTUI_OPERATOR_TOKEN or STATE/operator.token. With --open \
            it serves every party that is given its address by hand.
            """)

    @Option(help: "Address and UDP port, repeatable. [0.0.0.0:51822]")
    var listen: [String] = []
    @Option(help: "Where it stands, in a word that people see, such as fra1.")
    var region = ""
    @Option(help: "Control server http://HOST:PORT that lists it, repeatable. [MESHTUI_CONTROL]")
    var control: [String] = []
    @Flag(help: "Serve parties that no control server vouches for.")
    var open = false
    @Option(help: "Folder of the relay's key. [MESHTUI_RELAY_STATE; /var/lib/meshtui/relay]")
    var state: String?
    @Flag(help: "Let the control server be asked by plain HTTP over the internet. [MESHTUI_INSECURE_HTTP=1]")
    var insecureHTTP = false

    func run() async throws {
        let settings = try RelaySettings(
            listen: listen, region: region, control: control, open: open, state: state, insecureHTTP: insecureHTTP,
            environment: .current)
        try await RelayProcess(settings: settings, logger: Logger(label: "meshtui.relay")).run()
    }
}
