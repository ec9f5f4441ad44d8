import MeshCore
import MeshRules

/// What a command was given for a node that runs already. A running node takes no other settings, so each one must be as
/// the node has it: an option that is not ends the command, a variable that is not is told.
struct GivenSettings {
    /// A setting that the running node does not have.
    struct Conflict: Equatable {
        /// Such as `--control`, or `MESHTUI_CONTROL` when a variable gave it.
        let name: String
        /// As it was given.
        let wanted: String
        /// As the node has it; nil when the node is too old to say.
        let running: String?
        var isVariable: Bool { !name.hasPrefix("--") }
    }

    private struct Row {
        let option: String
        let isOption: Bool
        let variable: String
        let wanted: String
        let running: String?
    }

    let settings: NodeSettings

    /// In the order in which the options are listed.
    func conflicts(with node: NodeStatus) throws(CommandProblem) -> [Conflict] {
        try rows(node).compactMap { row in
            guard row.isOption || settings.environment[row.variable] != nil, row.wanted != row.running else {
                return nil
            }
            return Conflict(
                name: row.isOption ? row.option : row.variable, wanted: row.wanted, running: row.running)
        }
    }

    /// Refuses options that the node does not have.
    /// - Returns: What to tell of variables, a line for each.
    func check(against node: NodeStatus) throws(CommandProblem) -> [String] {
        let conflicts = try conflicts(with: node)
        if let first = conflicts.first(where: { !$0.isVariable }) {
            throw CommandProblem(
                "\(first.name) \(first.wanted) can't be given to a node that runs, \(Self.words(first)): "
                    + "leave it out, or stop the node first (meshtui down)", .unavailable)
        }
        return conflicts.map { conflict in
            "\(conflict.name) does not count now, \(Self.words(conflict)): stop the node (meshtui down) and start it anew"
        }
    }

    private static func words(_ conflict: Conflict) -> String {
        conflict.running.map { "it was started with \($0)" } ?? "it does not say what it was started with"
    }

    private func rows(_ node: NodeStatus) throws(CommandProblem) -> [Row] {
        let (wanted, has, options) = (try settings.engineConfiguration().started, node.started, settings.options)
        func row(_ option: String, _ isOption: Bool, _ variable: String, _ value: (StartSettings) -> String) -> Row {
            Row(option: option, isOption: isOption, variable: variable, wanted: value(wanted), running: has.map(value))
        }
        return [
            row("--state", options.state != nil, "MESHTUI_STATE") { $0.stateFolder },
            row("--interface", options.address.interface != nil, "MESHTUI_INTERFACE") { $0.interface },
            row("--listen-port", options.listenPort != nil, "MESHTUI_LISTEN_PORT") { "\($0.listenPort)" },
            row("--name", options.name != nil, "MESHTUI_NAME") { $0.name },
            row("--control", options.control != nil, "MESHTUI_CONTROL") { $0.control ?? "none" },
            row("--stun", !options.stun.isEmpty, "MESHTUI_STUN") { Self.text($0.stun) },
            row("--relay", !options.relay.isEmpty, "MESHTUI_RELAY") { Self.text($0.relays) },
            row("--insecure-http", options.insecureHTTP, "MESHTUI_INSECURE_HTTP") { $0.insecureHTTP ? "1" : "0" },
        ]
    }

    private static func text(_ values: [String]) -> String {
        values.isEmpty ? "none" : values.joined(separator: " ")
    }
}
