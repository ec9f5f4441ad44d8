import ArgumentParser
import FoundationEssentials
import MeshCore
import MeshRules

struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "What happened to the node, oldest first.")

    @Flag(help: "Print each event as a line of JSON.")
    var json = false
    @Flag(name: .shortAndLong, help: "Go on and print new events as they come.")
    var follow = false
    @OptionGroup var address: NodeAddress

    func run() async throws {
        let json = json
        do {
            try await address.node.follow(.events(follow: follow)) { reply in
                switch reply {
                case .event(let event):
                    Output.line(json ? try Self.line(event) : Report.event(event))
                    return true
                case .refused(let kind, let reason): throw CommandProblem(kind, reason)
                case .done, .snapshot, .asks: return false
                }
            }
        } catch {
            throw CommandProblem(error)
        }
    }

    private static func line(_ event: EventStatus) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(event), as: UTF8.self)
    }
}
