import Testing

@testable import MeshRules

@Suite("The NAT matrix")
struct NATMatrixTests {
    /// DESIGN.md §5, whole; D direct, P by punching, R relay. Columns in the order of the rows.
    static let matrix = """
        unknown              R R R R R R
        open                 R D D D D D
        full cone            R D D D D D
        restricted cone      R D D P P P
        port-restricted cone R D D P P R
        symmetric            R D D P R R
        """

    static let cells: [(NATType, NATType, ConnectionStrategy)] = {
        let types: [NATType] = [.unknown, .open, .fullCone, .restrictedCone, .portRestrictedCone, .symmetric]
        let letters: [Character: ConnectionStrategy] = ["D": .direct, "P": .holePunch, "R": .relay]
        var cells: [(NATType, NATType, ConnectionStrategy)] = []
        for (row, line) in zip(types, matrix.split(separator: "\n")) {
            let marks = line.suffix(11).split(separator: " ").compactMap { letters[$0.first ?? " "] }
            for (column, strategy) in zip(types, marks) { cells.append((row, column, strategy)) }
        }
        return cells
    }()

    @Test("has a cell for every pair")
    func complete() { #expect(Self.cells.count == 36) }

    @Test("says how each pair is reached first", arguments: cells)
    func cell(one: NATType, other: NATType, strategy: ConnectionStrategy) {
        #expect(NATTraversal.connectionStrategy(one, other) == strategy)
        #expect(NATTraversal.connectionStrategy(other, one) == strategy)
        #expect(NATTraversal.canDirectConnect(one, other) == (strategy != .relay))
    }

    @Test(
        "people see three grades",
        arguments: [
            (NATType.open, "Open"), (.fullCone, "Open"), (.restrictedCone, "Moderate"),
            (.portRestrictedCone, "Moderate"),
            (.symmetric, "Strict"), (.unknown, "Unknown"),
        ])
    func grades(type: NATType, grade: String) { #expect(type.grade.rawValue == grade) }
}
