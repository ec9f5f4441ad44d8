import Foundation
import Glibc

/// The control server and the relays of a lab: ordinary `meshtui` processes in namespaces of their own.
struct Services {
    static let controlPort = 51821
    static let relayPort = 51822
    /// How long a service gets until it is of use.
    private static let patience: Duration = .seconds(20)

    let lab: Lab
    let program: String

    private var sites: [Site] { lab.state.scenario.sites.filter { $0.kind == .server } }

    /// Where the lab's machines find the control server.
    static func controlURL(of scenario: Scenario) throws(LabProblem) -> String {
        "http://\(try scenario.site(named: "control").publicAddress):\(controlPort)"
    }

    /// The relays' addresses as `--stun` and `--relay` take them.
    static func relayAddresses(of scenario: Scenario) -> [String] {
        scenario.sites.filter { $0.kind == .server && $0.name != "control" }.map { "\($0.publicAddress):\(relayPort)" }
    }

    /// Starts all of them, the control server first, since the relays register with its operator's token.
    func start() throws -> Lab {
        var state = lab.state
        state.program = program
        let relays = sites.filter { $0.name != "control" }
        for site in sites.filter({ $0.name == "control" }) + relays {
            let service = try launch(site)
            state.services.append(service)
            try lab.folder.save(state)
            if site.name == "control" { try waitForToken(service) }
        }
        return Lab(folder: lab.folder, state: state)
    }

    /// Kills a site's server.
    static func stop(in site: String, of lab: Lab) throws {
        guard let service = lab.state.services.last(where: { $0.site == site }) else {
            throw LabProblem.noService(site: site)
        }
        guard let process = ProcessWatch(pid: service.pid) else { return }
        // The whole session: the program may have been started through a wrapper.
        kill(-service.pid, SIGKILL)
        _ = process.ended(within: patience)
        try forget(site, in: lab)
    }

    /// Starts a site's server as `up` did.
    static func start(again site: String, of lab: Lab) throws {
        guard let program = lab.state.program else { throw LabProblem.noService(site: site) }
        let place = try lab.state.scenario.site(named: site)
        guard !lab.state.services.contains(where: { $0.site == site && $0.lives(for: .zero) }) else {
            throw LabProblem.refused("the server in \"\(site)\" is running: stop it first")
        }
        var state = lab.state
        state.services.removeAll { $0.site == site }
        state.services.append(try Services(lab: lab, program: program).launch(place))
        try lab.folder.save(state)
    }

    /// Sites whose server was started with the lab and does not run now.
    static func stopped(in lab: Lab) -> [String] {
        guard lab.state.program != nil else { return [] }
        let running = lab.state.services.filter { $0.lives(for: .zero) }.map(\.site)
        return lab.state.scenario.sites.filter { $0.kind == .server && !running.contains($0.name) }.map(\.name)
    }

    private static func forget(_ site: String, in lab: Lab) throws {
        var state = lab.state
        state.services.removeAll { $0.site == site }
        try lab.folder.save(state)
    }

    private func launch(_ site: Site) throws -> LabState.Service {
        var environment = ["MESHTUI_INSECURE_HTTP": "1"]
        var command = [program]
        if site.name == "control" {
            command += ["control", "--listen", "0.0.0.0:\(Services.controlPort)"]
        } else {
            let control = try Services.controlURL(of: lab.state.scenario)
            command += ["relay", "serve", "--listen", "0.0.0.0:\(Services.relayPort)"]
            command += ["--region", site.region.rawValue, "--control", control]
            environment["MESHTUI_OPERATOR_TOKEN"] = operatorToken
        }
        command += ["--state", lab.folder.state(of: site.name)]
        let log = lab.folder.log(of: site.name)
        let inside = ["ip", "netns", "exec", lab.topology.hostNamespace(of: site)] + command
        return LabState.Service(
            site: site.name, pid: try Detached.start(inside, log: log, environment: environment), log: log)
    }

    private var operatorToken: String? {
        let path = lab.folder.state(of: "control") + "/operator.token"
        guard let data = FileManager.default.contents(atPath: path), !data.isEmpty else { return nil }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func waitForToken(_ service: LabState.Service) throws(LabProblem) {
        let deadline = ContinuousClock.now + Services.patience
        while operatorToken == nil {
            guard service.lives(for: .milliseconds(20)) else {
                throw .serviceEnded("the control server", log: service.log)
            }
            guard ContinuousClock.now < deadline else { throw .timedOut("the operator's token", log: service.log) }
        }
    }
}
