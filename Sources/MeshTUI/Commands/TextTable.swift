/// Columns that line up. The last one is as wide as its text.
struct TextTable {
    private var rows: [[String]]

    init(_ header: String...) { rows = [header] }

    /// Cells may hold text that other people chose.
    mutating func add(_ cells: String...) { rows.append(cells.map { SafeText.sanitised($0) }) }

    var text: String {
        let columns = rows[0].count
        let widths = (0..<columns).map { column in rows.map { Self.width($0[column]) }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                if column < columns - 1 { line += String(repeating: " ", count: widths[column] - Self.width(cell) + 2) }
            }
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }

    private static func width(_ text: String) -> Int { DisplayWidth.of(text) }
}
