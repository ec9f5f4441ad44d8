import Foundation

/// A node on a lab's machine, run headless by this test, and the commands that ask it things.
final class NodeProcess: Sendable {
    let lab: Lab
    let site: String
    /// What the other members see.
    let name: String

    init(_ lab: Lab, _ site: String, name: String? = nil) {
        (self.lab, self.site, self.name) = (lab, site, name ?? site)
    }

    /// Namespaces share /run, so no two nodes of any two labs may have one name. At most 15 characters.
    var interface: String { lab.name + "-" + String(site.prefix(4)) + String(site.suffix(1)) }
    var socket: String { "\(lab.folder)/\(site).sock" }
    var state: String { "\(lab.folder)/node-\(site)" }
    var log: String { "\(lab.folder)/node-\(site).log" }

    var options: [String] {
        var words = ["--state", state, "--socket", socket, "--interface", interface, "--name", name]
        words += ["--control", Site.controlURL, "--insecure-http", "--yes"]
        for relay in [Site.relay1, Site.relay2] { words += ["--stun", relay + ":51822"] }
        return words
    }

    /// A `meshtui` command line on this machine, with the options that the command takes.
    func command(_ words: [String]) -> [String] {
        let options =
            switch words.first {
            case "status", "peers", "relays", "events", "invite", "leave", "relay": ["--socket", socket]
            case "down": ["--state", state, "--socket", socket, "--interface", interface]
            default: options
            }
        return lab.inside(site, [Binaries.meshtui] + words + options)
    }

    func run(_ words: String...) async throws -> Outcome { try await Command.run(command(words)) }

    // MARK: Its life

    /// Starts `meshtui WORDS` with `input` as its standard input. The lab's end ends it.
    func start(_ words: [String], input: String = "") async throws -> Running {
        try await Command.start(["sh", "-c", "exec \"$@\" >>\(log) 2>&1", "sh"] + command(words), input: input)
    }

    /// Hosts a party; returns when the invite is there.
    func host(_ party: String = "Friday LAN") async throws -> (running: Running, invite: String) {
        let running = try await start(["host", party, "--headless"])
        let outcome = try await eventually(
            "the invite of \(name)", within: .seconds(30), ask: { try await run("invite") }, until: \.succeeded)
        return (running, outcome.output.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    func join(_ invite: String) async throws -> Running {
        try await start(["join", "-", "--headless"], input: invite + "\n")
    }

    /// Starts the node again, without an invite: it is still in its party.
    func again() async throws -> Running { try await start(["node"]) }

    // MARK: Asking it

    func status() async throws -> Status {
        let outcome = try await run("status", "--json")
        guard outcome.succeeded else { throw CommandFailed(outcome: outcome) }
        return try Status(json: outcome.output)
    }

    /// What has happened since the node started.
    func events() async throws -> [Event] {
        let outcome = try await run("events", "--json")
        guard outcome.succeeded else { throw CommandFailed(outcome: outcome) }
        return try outcome.output.split(separator: "\n").map {
            try JSONDecoder().decode(Event.self, from: Data($0.utf8))
        }
    }

    /// Asks until `fits` likes the status. A node that does not answer yet is asked again.
    @discardableResult
    func status(
        _ what: String, within limit: Duration = .seconds(30), until fits: (Status) -> Bool
    ) async throws -> Status {
        let found = try await eventually("\(name): \(what)", within: limit, every: .milliseconds(200)) {
            try? await status()
        } until: {
            $0.map(fits) ?? false
        }
        guard let found else { throw TimedOut(what: what, limit: limit, last: "no status") }
        return found
    }

    /// Waits until the pair's packets take a path of this kind.
    @discardableResult
    func path(_ kind: String, to peer: String, within limit: Duration = .seconds(30)) async throws -> Status.Peer {
        let status = try await status("a \(kind) path to \(peer)", within: limit) { status in
            status.peer(peer)?.path?.kind == kind && status.isConnected(to: [peer])
        }
        guard let found = status.peer(peer) else { throw TimedOut(what: peer, limit: limit, last: "\(status)") }
        return found
    }
}
