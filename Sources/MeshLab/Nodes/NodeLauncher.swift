import Foundation
import Glibc
import Subprocess

/// Starts nodes in a lab that has its services, and asks them things through their sockets.
struct NodeLauncher {
    let lab: Lab
    let program: String

    /// How long a node gets for its first answer.
    private static let patience: Duration = .seconds(60)

    /// `meshtui` with these words on the node's machine.
    func command(_ words: [String], for node: Node) throws -> [String] {
        let namespace = lab.topology.hostNamespace(of: try lab.state.scenario.site(named: node.site))
        return ["ip", "netns", "exec", namespace, program] + words
    }

    /// For a program that is run in it.
    func environment(of node: Node) -> Environment {
        let variables = node.environment(in: lab).map { (Environment.Key(stringLiteral: $0.key), $0.value) }
        return .inherit.updating(Dictionary(uniqueKeysWithValues: variables))
    }

    func log(of node: Node) -> String { lab.folder.log(of: "node-" + node.site) }

    /// Starts a headless node that hosts a party. Returns the invite, in a file that only root reads.
    func host(_ party: String, on node: Node) async throws -> (invite: String, process: LabState.Service) {
        let process = try start(["host", party, "--headless"], on: node)
        let invite = try await answer(to: ["invite"], from: node, process)
        return (try lab.folder.writeSecret(invite, to: "invite-" + node.site), process)
    }

    /// Starts a headless node that joins the party of the invite in the file `invite`.
    func join(_ invite: String, on node: Node) throws -> LabState.Service {
        try start(["join", "-", "--headless"], on: node, input: invite)
    }

    /// Asks a node something and returns what it printed; nil if it could not answer.
    func ask(_ words: [String], of node: Node) async throws -> String? {
        let command = try command(words, for: node)
        let result = try await Subprocess.run(
            .name(command[0]), arguments: Arguments(Array(command.dropFirst())), environment: environment(of: node),
            output: .string(limit: 1 << 22), error: .discarded)
        return result.terminationStatus.isSuccess ? result.standardOutput : nil
    }

    /// Asks again until the node, which may have just been started, has an answer.
    func answer(to words: [String], from node: Node, _ process: LabState.Service) async throws -> String {
        let deadline = ContinuousClock.now + NodeLauncher.patience
        while true {
            try Task.checkCancellation()
            if let text = try await ask(words, of: node), !text.isEmpty { return text }
            guard process.lives(for: .milliseconds(100)) else {
                throw LabProblem.serviceEnded("\(node.name)'s node", log: process.log)
            }
            guard ContinuousClock.now < deadline else {
                throw LabProblem.timedOut("\(node.name)'s answer to \(words[0])", log: process.log)
            }
        }
    }

    private func start(_ words: [String], on node: Node, input: String = "/dev/null") throws -> LabState.Service {
        let log = log(of: node)
        let pid = try Detached.start(
            try command(words, for: node), log: log, input: input, environment: node.environment(in: lab))
        return LabState.Service(site: node.site, pid: pid, log: log)
    }
}

extension LabState.Service {
    /// Waits for `time` and returns true, or false as soon as the process has ended: loops that ask a process again and
    /// again are paced by this, and notice its death at once.
    func lives(for time: Duration) -> Bool {
        guard let process = ProcessWatch(pid: pid) else { return false }
        return !process.ended(within: time)
    }
}
