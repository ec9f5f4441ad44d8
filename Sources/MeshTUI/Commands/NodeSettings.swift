import Glibc
import MeshCore
import MeshRules
import MeshWire

/// Options and environment put together: an option counts before its variable, a variable before the default.
struct NodeSettings {
    let options: NodeOptions
    let environment: Environment
    /// Of the commands that have these options.
    var subnet: String?
    var publicAddress: String?

    func engineConfiguration() throws(CommandProblem) -> EngineConfiguration {
        var result = EngineConfiguration()
        result.interface = options.address.interface(environment)
        result.stateFolder = Self.stateFolder(options.state, environment)
        result.socket = options.address.socket(environment)
        if let text = environment.text(options.listenPort, or: "MESHTUI_LISTEN_PORT") {
            guard let port = UInt16(text), port > 0 else { throw bad("--listen-port", text, "a port such as 51820") }
            result.listenPort = port
        }
        result.name = try name()
        if let text = environment.text(options.control, or: "MESHTUI_CONTROL"), text != "none" {
            guard let location = ControlLocation(text) else {
                throw bad("--control", text, "http://HOST:PORT, with #HASH if the server's key hash is known, or none")
            }
            result.control = location
        }
        if let text = environment.text(publicAddress, or: "MESHTUI_PUBLIC") {
            guard let (host, port) = HostPort.split(text, defaultPort: EngineConfiguration.controlPort),
                IPAddress(host)?.isReachable ?? (host != "localhost")
            else { throw bad("--public", text, "HOST:PORT as others reach this machine from outside") }
            if publicAddress != nil, result.control != nil {
                throw CommandProblem(
                    "--public is for a party that this machine serves itself: leave it out, or give --control none",
                    .usage)
            }
            result.publicAddress = ControlAddress(host: host, port: port)
        }
        if let text = environment.text(subnet, or: "MESHTUI_SUBNET") {
            guard let network = IPv4Network(text), network.isForParty else {
                throw bad("--subnet", text, "a private network of 16 to 30 bits, such as 10.99.0.0/16")
            }
            result.subnet = network
        }
        if let list = environment.list(options.stun, or: "MESHTUI_STUN") { result.stun = try stun(list) }
        if let list = environment.list(options.relay, or: "MESHTUI_RELAY") { result.relays = try relays(list) }
        result.newIdentity = options.newIdentity
        result.insecureHTTP = environment.flag(options.insecureHTTP, or: "MESHTUI_INSECURE_HTTP")
        result.allowLoopback = environment.flag(options.allowLoopback, or: "MESHTUI_ALLOW_LOOPBACK")
        return result
    }

    private func name() throws(CommandProblem) -> String {
        guard let text = environment.text(options.name, or: "MESHTUI_NAME") else { return Self.hostName() }
        do throws(NameProblem) { return try MemberName(typed: text).text } catch {
            throw bad("--name", text, "1 to 32 bytes of letters, digits, spaces and -_. (\(error))")
        }
    }

    private func stun(_ list: [String]) throws(CommandProblem) -> [String] {
        if list == ["none"] { return [] }
        for text in list where HostPort.split(text, defaultPort: 3478) == nil {
            throw bad("--stun", text, "HOST:PORT, or none")
        }
        return list
    }

    private func relays(_ list: [String]) throws(CommandProblem) -> [RelayAddress] {
        var relays: [RelayAddress] = []
        for text in list {
            do throws(Refusal) { relays.append(try RelayAddress(text)) } catch {
                throw bad("--relay", text, "HOST:PORT#KEY as meshtui relay serve prints it")
            }
        }
        return relays
    }

    private func bad(_ option: String, _ text: String, _ wanted: String) -> CommandProblem {
        CommandProblem("\(option) can't be “\(text)”: give \(wanted)", .usage)
    }

    static func stateFolder(_ option: String?, _ environment: Environment) -> String {
        NodeAddress.absolute(environment.text(option, or: "MESHTUI_STATE") ?? EngineConfiguration().stateFolder)
    }

    /// The machine's name, as far as it can be a member's.
    static func hostName() -> String {
        var bytes = [CChar](repeating: 0, count: 256)
        guard gethostname(&bytes, bytes.count - 1) == 0 else { return "node" }
        let name = bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return memberName(fromHost: String(decoding: name, as: UTF8.self))
    }

    /// The name up to its first dot, composed, without what no member's name may hold, and cut between two characters.
    static func memberName(fromHost host: String) -> String {
        var name = ""
        for character in SafeText.sanitised(String(host.prefix { $0 != "." })) {
            let longer = name + String(character)
            if (try? MemberName(longer)) != nil { name = longer }
        }
        return name.isEmpty ? "node" : name
    }
}

extension NodeOptions {
    /// With the environment of this process.
    func engineConfiguration(
        subnet: String? = nil, publicAddress: String? = nil
    ) throws(CommandProblem) -> EngineConfiguration {
        try NodeSettings(
            options: self, environment: .current, subnet: subnet, publicAddress: publicAddress
        ).engineConfiguration()
    }
}
