import MeshCore
import MeshWire

/// What a relay is told when it starts, checked.
struct RelaySettings: Equatable {
    var listen: [Endpoint]
    var region: String
    var control: [ControlLocation]
    var open: Bool
    var stateFolder: String
    /// Nil where no control server lists the relay.
    var operatorToken: String?
    var insecureHTTP: Bool

    init(
        listen: [String], region: String, control: [String], open: Bool, state: String?, insecureHTTP: Bool,
        environment: Environment
    ) throws(CommandProblem) {
        self.listen = try Self.endpoints(listen.isEmpty ? ["0.0.0.0:51822"] : listen, option: "--listen")
        do throws(Refusal) { if !region.isEmpty { _ = try MemberName(region) } } catch {
            throw CommandProblem("--region can't be “\(region)”: give a word such as fra1", .usage)
        }
        self.region = region
        self.control = []
        for text in environment.list(control, or: "MESHTUI_CONTROL") ?? [] {
            guard let location = ControlLocation(text) else {
                throw CommandProblem("--control can't be “\(text)”: give http://HOST:PORT", .usage)
            }
            self.control.append(location)
        }
        self.open = open
        stateFolder = environment.text(state, or: "MESHTUI_RELAY_STATE") ?? "/var/lib/meshtui/relay"
        self.insecureHTTP = environment.flag(insecureHTTP, or: "MESHTUI_INSECURE_HTTP")
        operatorToken = environment["MESHTUI_OPERATOR_TOKEN"]
    }

    /// Addresses and ports that something listens on; names are not looked up.
    static func endpoints(_ texts: [String], option: String) throws(CommandProblem) -> [Endpoint] {
        var endpoints: [Endpoint] = []
        for text in texts {
            guard let endpoint = Endpoint(text) else {
                throw CommandProblem("\(option) can't be “\(text)”: give ADDRESS:PORT, such as 0.0.0.0:51822", .usage)
            }
            endpoints.append(endpoint)
        }
        return endpoints
    }
}
