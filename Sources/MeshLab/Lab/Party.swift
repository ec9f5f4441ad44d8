import Foundation
import Glibc
import Subprocess

/// The demo's five machines, each behind another kind of NAT, on one private LAN.
struct Party {
    /// One machine and the node that runs on it. Namespaces share the file system, so every node has its own folder,
    /// socket and interface.
    struct Member: Equatable {
        let site: String
        let name: String
        let interface: String
    }

    static let members = [
        Member(site: "fullcone1", name: "Ada", interface: "ml1"),
        Member(site: "cone1", name: "Ben", interface: "ml2"),
        Member(site: "symmetric1", name: "Cleo", interface: "ml3"),
        Member(site: "open1", name: "Dan", interface: "ml4"),
        Member(site: "cone2", name: "You", interface: "ml5"),
    ]
    /// The one whose dashboard opens.
    static let own = members[4]

    let lab: Lab
    let program: String

    /// How long the host gets to open its party, and each friend to join it.
    private static let patience: Duration = .seconds(60)

    /// The command that runs in a member's namespace, with everything that keeps it apart from the others.
    func command(_ words: [String], for member: Member) throws -> [String] {
        let scenario = lab.state.scenario
        let namespace = lab.topology.hostNamespace(of: try scenario.site(named: member.site))
        return ["ip", "netns", "exec", namespace, program] + words + (try options(of: member))
    }

    private func options(of member: Member) throws -> [String] {
        let scenario = lab.state.scenario
        let own = [
            "--state", lab.folder.state(of: "node-" + member.site), "--socket", socket(of: member),
            "--interface", "\(member.interface)\(lab.folder.lab)".prefix(15).description, "--name", member.name,
        ]
        let servers = ["--control", try Services.controlURL(of: scenario), "--insecure-http"]
        return own + servers + Services.relayAddresses(of: scenario).flatMap { ["--stun", $0] }
    }

    func socket(of member: Member) -> String { lab.folder.path + "/\(member.site).sock" }

    /// Starts every member's node, the host's first. Returns the own one.
    func gather() async throws -> LabState.Service {
        let first = Party.members[0]
        Message.say("\(first.name) hosts \"Friday LAN\" from \(first.site)")
        var node = try start(["host", "Friday LAN", "--headless"], first)
        let invite = try lab.folder.writeSecret(try await answer(to: ["invite"], of: first, node), to: "invite")
        for member in Party.members.dropFirst() {
            try Task.checkCancellation()
            Message.say("\(member.name) joins from \(member.site)")
            node = try start(["join", "-", "--headless"], member, input: invite)
        }
        return node
    }

    /// Asks a member's node something and returns what it printed; nil if it could not answer.
    func ask(_ words: [String], of member: Member) async throws -> String? {
        let command = try command(words, for: member)
        let result = try await Subprocess.run(
            .name(command[0]), arguments: Arguments(Array(command.dropFirst())), output: .string(limit: 1 << 22),
            error: .discarded)
        return result.terminationStatus.isSuccess ? result.standardOutput : nil
    }

    private func start(_ words: [String], _ member: Member, input: String = "/dev/null") throws -> LabState.Service {
        let log = lab.folder.log(of: "node-" + member.site)
        return LabState.Service(
            site: member.site, pid: try Detached.start(try command(words, for: member), log: log, input: input),
            log: log)
    }

    /// Asks again until the node, which may have just been started, has an answer.
    func answer(to words: [String], of member: Member, _ node: LabState.Service) async throws -> String {
        let deadline = ContinuousClock.now + Party.patience
        while true {
            try Task.checkCancellation()
            if let text = try await ask(words, of: member), !text.isEmpty { return text }
            // Waiting for the end of the process paces this loop: a node that dies is noticed at once.
            guard let process = ProcessWatch(pid: node.pid), !process.ended(within: .milliseconds(100)) else {
                throw LabProblem.serviceEnded("\(member.name)'s node", log: node.log)
            }
            guard ContinuousClock.now < deadline else {
                throw LabProblem.timedOut("\(member.name)'s answer to \(words[0])", log: node.log)
            }
        }
    }
}
