import ArgumentParser
import FoundationEssentials
import MeshCore
import MeshRules

/// What the commands that show a part of the snapshot take.
struct SnapshotOptions: ParsableArguments {
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var node: NodeOptions

    /// How things stand now, from the node that must be there.
    func snapshot() async throws -> MeshSnapshot {
        let entrance = NodeEntrance(configuration: try node.engineConfiguration())
        switch try await entrance.ask(.status) {
        case .snapshot(let snapshot): return snapshot
        case .refused(let kind, let reason): throw CommandProblem(kind, reason)
        case .done, .event:
            throw CommandProblem("the node gave no snapshot: use the version of meshtui that it runs", .software)
        }
    }

    /// Prints a part of it for a person, or as JSON.
    func show<Part: Encodable>(_ part: Part, as text: (Part) -> String) throws {
        Output.line(json ? try Self.json(part) : text(part))
    }

    /// Sorted keys and a line for each, so that two of them can be compared.
    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
