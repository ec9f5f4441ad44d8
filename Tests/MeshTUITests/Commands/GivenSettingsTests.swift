import ArgumentParser
import MeshCore
import MeshRules
import Testing

@testable import MeshTUI

@Suite("Settings given to a node that runs")
struct GivenSettingsTests {
    private static let key = "0900000000000000000000000000000000000000000000000000000000000000"
    /// Each setting of a node: its option, variable, a value, and another.
    static let settings: [(option: String, variable: String, value: String, other: String)] = [
        ("--state", "MESHTUI_STATE", "/a", "/b"),
        ("--interface", "MESHTUI_INTERFACE", "mt1", "mt2"),
        ("--listen-port", "MESHTUI_LISTEN_PORT", "7001", "7002"),
        ("--name", "MESHTUI_NAME", "anna", "ben"),
        ("--control", "MESHTUI_CONTROL", "http://192.0.2.1:1", "http://192.0.2.1:2"),
        ("--stun", "MESHTUI_STUN", "192.0.2.2:2", "none"),
        ("--relay", "MESHTUI_RELAY", "192.0.2.4:4#" + key, "192.0.2.5:4#" + key),
    ]

    private static func node(_ arguments: [String]) throws -> NodeStatus {
        var node = NodeStatus()
        node.started = try NodeSettings(options: try NodeOptions.parse(arguments), environment: [:])
            .engineConfiguration().started
        return node
    }

    private func given(_ arguments: [String], _ environment: Environment = [:]) throws -> GivenSettings {
        GivenSettings(settings: NodeSettings(options: try NodeOptions.parse(arguments), environment: environment))
    }

    @Test("what the node has passes, by option and by variable", arguments: settings.indices)
    func same(_ index: Int) throws {
        let row = Self.settings[index]
        let node = try Self.node([row.option, row.value])
        #expect(try given([row.option, row.value]).check(against: node) == [])
        #expect(try given([], Environment([row.variable: row.value])).check(against: node) == [])
        #expect(try given([]).check(against: node) == [])
    }

    @Test("another value is refused as an option, and told as a variable", arguments: settings.indices)
    func different(_ index: Int) throws {
        let row = Self.settings[index]
        let node = try Self.node([row.option, row.value])
        let problem = #expect(throws: CommandProblem.self) {
            try given([row.option, row.other]).check(against: node)
        }
        #expect(try #require(problem).message.hasPrefix("\(row.option) \(row.other) can't be given"))
        #expect(try #require(problem).message.contains(row.value))
        let lines = try given([], Environment([row.variable: row.other])).check(against: node)
        #expect(lines.count == 1 && lines.allSatisfy { $0.hasPrefix("\(row.variable) does not count") })
    }

    @Test("a node that does not say what it has takes no option", arguments: settings.indices)
    func silent(_ index: Int) throws {
        let row = Self.settings[index]
        #expect(throws: CommandProblem.self) { try given([row.option, row.value]).check(against: NodeStatus()) }
        #expect(try given([]).check(against: NodeStatus()) == [])
    }

    @Test("plain HTTP is a setting as well")
    func insecure() throws {
        #expect(throws: CommandProblem.self) { try given(["--insecure-http"]).check(against: Self.node([])) }
        #expect(try given(["--insecure-http"]).check(against: Self.node(["--insecure-http"])) == [])
    }

    /// Every command that speaks to a node that runs.
    static let commands = [
        ["dashboard"], ["host", "x"], ["join"], ["invite"], ["leave"], ["status"], ["peers"], ["relays"], ["events"],
        ["relay", "use", "fra"], ["down"],
    ]

    @Test("every command refuses an option of the node's or compares it with what the node has", arguments: commands)
    func everyCommand(_ words: [String]) throws {
        for row in Self.settings {
            let parsed = try? MeshTUI.parseAsRoot(words + [row.option, row.other])
            switch parsed {
            case nil: break
            case let command as DashboardCommand: try expectRefused(command.node, row)
            case let command as HostCommand: try expectRefused(command.node, row)
            case let command as JoinCommand: try expectRefused(command.node, row)
            // It says which node is meant, for commands that take nothing else of a node's.
            default: #expect(row.option == "--interface" || words == ["down"] && row.option == "--state", "\(words)")
            }
        }
    }

    private func expectRefused(
        _ options: NodeOptions, _ row: (option: String, variable: String, value: String, other: String)
    ) throws {
        let node = try Self.node([row.option, row.value])
        let given = GivenSettings(settings: NodeSettings(options: options, environment: [:]))
        #expect(throws: CommandProblem.self) { try given.check(against: node) }
    }
}
