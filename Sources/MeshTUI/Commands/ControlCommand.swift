import ArgumentParser
import Logging
import MeshCore
import MeshRules
import MeshWire

struct ControlCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "control", abstract: "Run a control server (TCP 51821).",
        discussion:
            "It keeps public keys and sealed bytes only: it can't join a party, nor read or redirect what goes on in one."
    )

    @Option(help: "ADDRESS:PORT, repeatable. [0.0.0.0:51821]")
    var listen: [String] = []
    @Option(help: "Folder of the server's state. [MESHTUI_CONTROL_STATE; /var/lib/meshtui/control]")
    var state: String?

    func run() async throws {
        var places: [ControlAddress] = []
        for text in listen.isEmpty ? ["0.0.0.0:51821"] : listen {
            let place = HostPort.split(text, defaultPort: EngineConfiguration.controlPort)
            guard let place, place.host == "localhost" || IPAddress(place.host) != nil else {
                throw CommandProblem("--listen can't be “\(text)”: give ADDRESS:PORT, such as 0.0.0.0:51821", .usage)
            }
            places.append(ControlAddress(host: place.host, port: place.port))
        }
        let folder = Self.folder(state, environment: .current)
        try await ControlProcess(listen: places, folder: folder, logger: Logger(label: "meshtui.control")).run()
    }

    /// Not MESHTUI_STATE: that is a node's, which may run beside it.
    static func folder(_ option: String?, environment: Environment) -> String {
        environment.text(option, or: "MESHTUI_CONTROL_STATE") ?? "/var/lib/meshtui/control"
    }
}
