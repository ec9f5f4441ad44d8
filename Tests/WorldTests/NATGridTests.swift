import MeshRules
import MeshTestKit
import Testing

@Suite("The grid of NATs") struct NATGridTests {
    /// DESIGN.md §5, with a double NAT, which behaves as its port-restricted layers do.
    static let expected = """
                     open           fullCone       restricted     portRestricted symmetric      doubleNAT
        open           direct         direct         direct         direct         direct         direct
        fullCone       direct         direct         direct         direct         direct         direct
        restricted     direct         direct         direct         direct         direct         direct
        portRestricted direct         direct         direct         direct         relay          direct
        symmetric      direct         direct         direct         relay          relay          relay
        doubleNAT      direct         direct         direct         direct         relay          direct
        """

    @Test("every pair settles on the path that physics allows, and keeps it for five minutes")
    func grid() throws {
        var rows: [NATKind: [NATKind: String]] = [:]
        for (index, one) in NATKind.allCases.enumerated() {
            for other in NATKind.allCases[index...] {
                let found = try Self.settle(one, other)
                rows[one, default: [:]][other] = found
                rows[other, default: [:]][one] = found
            }
        }
        let names = NATKind.allCases.map { Self.padded($0.rawValue) }
        var lines = [String(repeating: " ", count: 15) + names.joined()]
        for one in NATKind.allCases {
            let cells = NATKind.allCases.map { Self.padded(rows[one]?[$0] ?? "") }
            lines.append(Self.padded(one.rawValue) + cells.joined())
        }
        let text = lines.map(Self.trimmed).joined(separator: "\n")
        let wanted = Self.expected.split(separator: "\n").map { Self.trimmed(String($0)) }.joined(separator: "\n")
        #expect(text == wanted)
    }

    @Test("the rules' matrix says the same as the grid", arguments: NATKind.allCases)
    func matrix(one: NATKind) {
        let header = NATKind.allCases
        let lines = Self.expected.split(separator: "\n").dropFirst()
        for line in lines {
            let words = line.split(separator: " ")
            guard words[0] == one.rawValue else { continue }
            for (other, word) in zip(header, words.dropFirst()) {
                #expect((NATTraversal.connectionStrategy(one.type, other.type) == .relay) == (word == "relay"))
            }
        }
    }

    /// The path that a pair has after half a minute, and that still carries everything for five minutes.
    private static func settle(_ one: NATKind, _ other: NATKind) throws -> String {
        var world = try Scene.party([one, other], seed: 11)
        world.run(for: .seconds(30))
        guard let kind = world.pathKind(from: 0, to: 1), world.isConnected(0, 1, by: kind) else {
            Issue.record("\(one) and \(other): \(world.picture)")
            return "none"
        }
        let flows = world.addFlows(between: 0, and: 1, every: .milliseconds(500), for: .seconds(300))
        for _ in 0..<30 {
            world.run(for: .seconds(10))
            #expect(world.isConnected(0, 1, by: kind), "\(one) and \(other): \(world.picture)")
        }
        world.run(for: .seconds(1))
        for flow in flows {
            #expect(world.flows[flow].missing == 0, "\(one) and \(other)")
            #expect(world.flows[flow].longestSilence < .seconds(1), "\(one) and \(other)")
        }
        #expect(world.violations == [])
        return kind.rawValue
    }

    private static func padded(_ text: String) -> String {
        text + String(repeating: " ", count: max(1, 15 - text.count))
    }

    private static func trimmed(_ line: String) -> String { line.split(separator: " ").joined(separator: " ") }
}
