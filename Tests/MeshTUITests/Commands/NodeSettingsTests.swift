import ArgumentParser
import MeshCore
import MeshRules
import MeshWire
import Testing

@testable import MeshTUI

@Suite("What a node is started with")
struct NodeSettingsTests {
    private static let key = "0900000000000000000000000000000000000000000000000000000000000000"

    private func settings(
        _ arguments: [String], _ environment: Environment = [:]
    ) throws -> EngineConfiguration {
        try NodeSettings(options: try NodeOptions.parse(arguments), environment: environment).engineConfiguration()
    }

    @Test("the defaults are the documented ones")
    func defaults() throws {
        let settings = try settings([])
        #expect(settings.stateFolder == "/var/lib/meshtui")
        #expect(settings.socket == "/run/meshtui/meshtui0.sock")
        #expect(settings.interface == "meshtui0")
        #expect(settings.listenPort == 51820)
        #expect(settings.control == nil)
        #expect(settings.stun == EngineConfiguration.publicSTUN)
        #expect(settings.relays.isEmpty)
        #expect(!settings.insecureHTTP)
        #expect(!settings.allowLoopback)
        #expect(throws: Never.self) { try MemberName(settings.name) }
    }

    @Test("the socket is named after the interface")
    func socketName() throws {
        #expect(try settings(["--interface", "mt7"]).socket == "/run/meshtui/mt7.sock")
        #expect(try settings(["--interface", "mt7", "--socket", "/x"]).socket == "/x")
    }

    static let everything: Environment = [
        "MESHTUI_STATE": "/e/state", "MESHTUI_SOCKET": "/e/socket", "MESHTUI_INTERFACE": "env0",
        "MESHTUI_LISTEN_PORT": "1001", "MESHTUI_NAME": "env name", "MESHTUI_CONTROL": "http://192.0.2.1:1",
        "MESHTUI_STUN": "192.0.2.2:2, 192.0.2.3:3", "MESHTUI_RELAY": "192.0.2.4:4#" + key,
        "MESHTUI_INSECURE_HTTP": "1", "MESHTUI_ALLOW_LOOPBACK": "1",
    ]

    @Test("every option can be set in the environment")
    func environment() throws {
        let settings = try settings([], Self.everything)
        #expect(settings.stateFolder == "/e/state")
        #expect(settings.socket == "/e/socket")
        #expect(settings.interface == "env0")
        #expect(settings.listenPort == 1001)
        #expect(settings.name == "env name")
        #expect(settings.control == ControlLocation("192.0.2.1:1"))
        #expect(settings.stun == ["192.0.2.2:2", "192.0.2.3:3"])
        #expect(settings.relays.map(\.host) == ["192.0.2.4"])
        #expect(settings.insecureHTTP)
        #expect(settings.allowLoopback)
    }

    @Test("an empty variable counts as unset, for each of them")
    func emptyVariables() throws {
        let all = Environment(Dictionary(Self.variables.map { ($0, "") }, uniquingKeysWith: { $1 }))
        #expect(all == [:])
        #expect(try settings([], all) == settings([]))
        #expect(ControlCommand.folder(nil, environment: all) == ControlCommand.folder(nil, environment: [:]))
        let relay = { (environment: Environment) in
            try RelaySettings(
                listen: [], region: "", control: [], open: true, state: nil, insecureHTTP: false,
                environment: environment)
        }
        #expect(try relay(all) == relay([:]))
        #expect(TerminalOptions(environment: all) == TerminalOptions(environment: [:]))
        #expect(LineLog(environment: all).logLevel == LineLog(environment: [:]).logLevel)
    }

    /// Every variable that is read.
    private static let variables = [
        "MESHTUI_STATE", "MESHTUI_SOCKET", "MESHTUI_INTERFACE", "MESHTUI_LISTEN_PORT", "MESHTUI_NAME",
        "MESHTUI_CONTROL", "MESHTUI_STUN", "MESHTUI_RELAY", "MESHTUI_SUBNET", "MESHTUI_PUBLIC", "MESHTUI_INSECURE_HTTP",
        "MESHTUI_CONTROL_STATE",
        "MESHTUI_RELAY_STATE", "MESHTUI_OPERATOR_TOKEN", "MESHTUI_LOG", "MESHTUI_NO_SYNC", "MESHTUI_GLYPHS",
        "NO_COLOR", "TERM",
    ]

    @Test(
        "an empty argument is refused with the option's name",
        arguments: [
            (["down", "--state", ""], "after --state"), (["host", "x", "--state="], "--state"),
            (["host", ""], "empty"),
        ])
    func emptyArguments(_ arguments: [String], _ words: String) throws {
        let problem = try #require(EmptyArgument.problem(in: arguments))
        #expect(problem.code == .usage && problem.message.contains(words))
        #expect(EmptyArgument.problem(in: ["join", "-", "--state", "/x", "--name=a", "--"]) == nil)
    }

    @Test("an option counts before its variable")
    func options() throws {
        let settings = try settings(
            [
                "--state", "/o", "--socket", "/o.sock", "--interface", "opt0", "--listen-port", "7", "--name", "opt",
                "--control", "http://203.0.113.1", "--stun", "none", "--relay", "203.0.113.4:4#" + Self.key,
            ], Self.everything)
        #expect(settings.stateFolder == "/o")
        #expect(settings.socket == "/o.sock")
        #expect(settings.interface == "opt0")
        #expect(settings.listenPort == 7)
        #expect(settings.name == "opt")
        #expect(settings.control == ControlLocation("203.0.113.1:51821"))
        #expect(settings.stun.isEmpty)
        #expect(settings.relays.map(\.host) == ["203.0.113.4"])
    }

    @Test(
        "what can't be is told with the option's name and an example",
        arguments: [
            (["--listen-port", "0"], "--listen-port"), (["--listen-port", "ssh"], "--listen-port"),
            (["--name", "a/b"], "--name"), (["--name", String(repeating: "x", count: 33)], "--name"),
            (["--control", "http://"], "--control"), (["--stun", "a b"], "--stun"),
            (["--relay", "192.0.2.4:4"], "--relay"), (["--relay", "192.0.2.4:4#12"], "--relay"),
        ])
    func refused(_ arguments: [String], _ option: String) throws {
        let problem = #expect(throws: CommandProblem.self) { _ = try settings(arguments) }
        #expect(try #require(problem).message.hasPrefix(option))
        #expect(problem?.code == .usage)
    }

    @Test("where others reach a host from outside is an option, and no words beside a control server")
    func publicAddress() throws {
        func address(_ text: String?, _ arguments: [String] = [], _ environment: Environment = [:]) throws
            -> ControlAddress?
        {
            try NodeSettings(
                options: try NodeOptions.parse(arguments), environment: environment, publicAddress: text
            ).engineConfiguration().publicAddress
        }
        #expect(try address("203.0.113.7:4000") == ControlAddress(host: "203.0.113.7", port: 4_000))
        #expect(try address("play.example") == ControlAddress(host: "play.example", port: 51_821))
        #expect(try address(nil, [], ["MESHTUI_PUBLIC": "play.example:1"])?.port == 1)
        for text in ["127.0.0.1:1", "localhost", "0.0.0.0:1", "a b", "play.example:0"] {
            #expect(throws: CommandProblem.self) { _ = try address(text) }
        }
        #expect(throws: CommandProblem.self) { _ = try address("play.example", ["--control", "http://192.0.2.1"]) }
        let outside: Environment = ["MESHTUI_CONTROL": "http://192.0.2.1"]
        #expect(throws: CommandProblem.self) { _ = try address("play.example", [], outside) }
        #expect(try address("play.example", ["--control", "none"], outside) != nil)
    }

    @Test(
        "the host's name is the member's, as far as it can be one",
        arguments: [
            ("cone1", "cone1"), ("Küche", "Küche"), ("Ku\u{308}che", "Küche"), ("機械革命", "機械革命"), ("bobs_pc", "bobs_pc"),
            ("Bob's-PC", "Bobs-PC"), ("x.example.org", "x"), ("", "node"), ("\u{1b}[2J", "2J"), ("👻", "node"),
            ("a-name-that-is-longer-than-thirty-two-bytes-altogether", "a-name-that-is-longer-than-thirt"),
            ("世界世界世界世界世界世界", "世界世界世界世界世界"),
        ])
    func hostName(_ host: String, _ name: String) throws {
        #expect(NodeSettings.memberName(fromHost: host).unicodeScalars.elementsEqual(name.unicodeScalars))
        _ = try MemberName(name)
    }

    @Test("a node of its own gets everything spelt out")
    func launched() throws {
        let settings = try settings([], Self.everything)
        let arguments = NodeLauncher(configuration: settings).arguments
        #expect(arguments.first == "node")
        let again = try self.settings(Array(arguments.dropFirst()))
        #expect(again == settings)
    }

    @Test(
        "a hosted party's network: the option before the variable, an empty one is none",
        arguments: [
            (nil, nil, nil), ("192.168.9.0/24", nil, "192.168.9.0/24"), (nil, "10.99.0.0/16", "10.99.0.0/16"),
            ("10.98.0.0/16", "10.99.0.0/16", "10.98.0.0/16"), (nil, "", nil),
        ])
    func subnet(option: String?, variable: String?, expected: String?) throws {
        let environment = Environment(variable.map { ["MESHTUI_SUBNET": $0] } ?? [:])
        let settings = try NodeSettings(
            options: try NodeOptions.parse([]), environment: environment, subnet: option
        ).engineConfiguration()
        #expect(settings.subnet?.description == expected)
        let arguments = Array(NodeLauncher(configuration: settings).arguments.dropFirst())
        #expect(try NodeRunCommand.parse(arguments).subnet == expected)
    }

    @Test(
        "a network that no party may have is told with the option's name",
        arguments: ["1.1.1.0/24", "10.0.0.0/8", "10.66.0.1/16", "127.0.0.0/16", "10.66.0.0", "x"])
    func badSubnet(text: String) throws {
        let problem = #expect(throws: CommandProblem.self) {
            _ = try NodeSettings(options: try NodeOptions.parse([]), environment: [:], subnet: text)
                .engineConfiguration()
        }
        #expect(problem?.message.hasPrefix("--subnet can't be “\(text)”") == true)
        #expect(problem?.code == .usage)
    }

    @Test("an invite is refused as an argument, and the words don't repeat it")
    func inviteIsNoArgument() throws {
        let problem = #expect(throws: (any Error).self) { _ = try JoinCommand.parse(["mtui1secret"]) }
        let text = JoinCommand.message(for: try #require(problem))
        #expect(text.contains("secret: ") == false)
        #expect(!text.contains("mtui1secret"))
        #expect(try JoinCommand.parse(["-", "--headless"]).source == "-")
    }

    @Test("node, control server and relay each have a state folder and a variable of their own")
    func stateFolders() throws {
        let environment: Environment = [
            "MESHTUI_STATE": "/e/node", "MESHTUI_CONTROL_STATE": "/e/control", "MESHTUI_RELAY_STATE": "/e/relay",
        ]
        func relay(_ option: String?, _ environment: Environment) throws -> String {
            try RelaySettings(
                listen: [], region: "", control: [], open: true, state: option, insecureHTTP: false,
                environment: environment
            ).stateFolder
        }
        #expect(try settings([], environment).stateFolder == "/e/node")
        #expect(ControlCommand.folder(nil, environment: environment) == "/e/control")
        #expect(ControlCommand.folder("/o", environment: environment) == "/o")
        #expect(try relay(nil, environment) == "/e/relay")
        #expect(try relay("/o", environment) == "/o")
        let nodeOnly: Environment = ["MESHTUI_STATE": "/e/node"]
        #expect(ControlCommand.folder(nil, environment: nodeOnly) == "/var/lib/meshtui/control")
        #expect(try relay(nil, nodeOnly) == "/var/lib/meshtui/relay")
    }

    @Test("a relay's settings are checked as well")
    func relay() throws {
        let settings = try RelaySettings(
            listen: [], region: "fra1", control: [], open: false, state: nil, insecureHTTP: false,
            environment: ["MESHTUI_CONTROL": "http://192.0.2.1:51821", "MESHTUI_OPERATOR_TOKEN": "t"])
        #expect(settings.listen == [Endpoint(IPAddress(v4: 0), 51822)])
        #expect(settings.control == [ControlLocation("192.0.2.1:51821")])
        #expect(settings.operatorToken == "t")
        #expect(settings.stateFolder == "/var/lib/meshtui/relay")
        #expect(throws: CommandProblem.self) {
            _ = try RelaySettings(
                listen: ["nowhere"], region: "", control: [], open: true, state: nil, insecureHTTP: false,
                environment: [:])
        }
    }
}
