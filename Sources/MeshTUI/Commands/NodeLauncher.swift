import FoundationEssentials
import MeshCore
import MeshWire

/// Starts a node as a process of its own, which goes on when this terminal is gone.
struct NodeLauncher {
    /// A node listens within this, or something is wrong.
    private static let patience = (tries: 200, pause: Duration.milliseconds(50))

    let configuration: EngineConfiguration

    /// Returns when the node answers on its socket.
    func start() async throws(CommandProblem) {
        let log = "\(configuration.stateFolder)/node.log"
        let process: DetachedProcess
        do throws(EngineProblem) {
            // Made and locked for a moment: a folder that can't be had is told here, not in a log.
            let folder = try StateFolder(configuration.stateFolder)
            withExtendedLifetime(folder) {}
            process = try DetachedProcess(path: Self.ownPath, arguments: arguments + ["--log", log], log: log)
        } catch {
            throw CommandProblem(error)
        }
        for _ in 0..<Self.patience.tries {
            if SocketFile.isAnswered(configuration.socket) { return }
            if process.hasEnded { throw CommandProblem("the node did not start: see \(log)", .unavailable) }
            try? await Task.sleep(for: Self.patience.pause)
        }
        throw CommandProblem("the node does not answer on \(configuration.socket): see \(log)", .unavailable)
    }

    /// The program itself, whatever it was started as.
    private static var ownPath: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/proc/self/exe"
    }

    /// Everything is spelt out, so that the node does not depend on this process' environment.
    var arguments: [String] {
        var result = [
            "node", "--state", configuration.stateFolder, "--socket", configuration.socket,
            "--interface", configuration.interface, "--listen-port", "\(configuration.listenPort)",
            "--name", configuration.name,
        ]
        if let control = configuration.control { result += ["--control", control.description] }
        if let subnet = configuration.subnet { result += ["--subnet", subnet.description] }
        if let address = configuration.publicAddress { result += ["--public", "\(address)"] }
        let stun = configuration.stun.isEmpty ? ["none"] : configuration.stun
        for server in stun { result += ["--stun", server] }
        for relay in configuration.relays { result += ["--relay", relay.description] }
        if configuration.newIdentity { result.append("--new-identity") }
        if configuration.insecureHTTP { result.append("--insecure-http") }
        if configuration.allowLoopback { result.append("--allow-loopback") }
        return result
    }
}
