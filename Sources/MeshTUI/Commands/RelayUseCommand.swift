import ArgumentParser
import MeshCore

struct RelayUseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "use", abstract: "Pin a relay for a peer, or release it.",
        discussion: """
            Waits until the packets take that relay, some seconds at most. The pin holds until it is released, also across \
            restarts.
            """)

    @Argument(
        help: "A relay's region or ID, or the beginning of either (of an ID four digits), or “auto” to release the pin."
    )
    var relay: String
    @Option(help: "The peer's name or ID, or the beginning of either (of an ID four digits). [all of them]")
    var peer: String?
    @OptionGroup var address: NodeAddress

    func run() async throws {
        let node = address.node
        let snapshot = try await node.snapshot()
        let choice = RelayChoice(relay: relay, peer: peer)
        let requests = try choice.requests(in: snapshot)
        let success = try choice.success(in: snapshot)
        let problem = await withTaskGroup(of: (String, CommandProblem?).self) { group in
            for (name, request) in requests {
                group.addTask {
                    do throws(CommandProblem) {
                        _ = try await node.done(request)
                        return (name, nil)
                    } catch {
                        return (name, error)
                    }
                }
            }
            var worst: CommandProblem?
            for await (name, problem) in group {
                let name = SafeText.sanitised(name, limit: 64)
                if let problem { worst = CommandProblem("\(name): \(problem.message)", problem.code) }
                Output.line("\(name): \(problem == nil ? success : "not yet")")
            }
            return worst
        }
        if let problem { throw problem }
    }
}
