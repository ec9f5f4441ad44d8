import ArgumentParser
import FoundationEssentials
import MeshCore
import MeshRules

/// What the commands that show a part of the snapshot take.
struct SnapshotOptions: ParsableArguments {
    @Flag(help: "Print JSON.")
    var json = false
    @OptionGroup var address: NodeAddress

    /// How things stand now, from the node that must be there.
    func snapshot() async throws -> MeshSnapshot { try await address.node.snapshot() }

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
