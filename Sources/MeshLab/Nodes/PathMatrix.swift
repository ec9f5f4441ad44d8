/// Which path every pair of machines has ended on, and which one the kinds of their NATs allow.
struct PathMatrix {
    enum Path: String, Codable, Equatable { case direct, relay, none }

    struct Result: Encodable, Equatable {
        let a: String
        let b: String
        let path: Path
        let expected: Path
        /// Round trip in milliseconds, as the node measured it.
        let latencyMs: Double?
    }

    private(set) var results: [Result] = []

    mutating func record(_ a: Site, _ b: Site, path: Path, latencyMs: Double?) {
        let expected = PathMatrix.expected(a.kind, b.kind)
        results.append(Result(a: a.name, b: b.name, path: path, expected: expected, latencyMs: latencyMs))
    }

    var surprises: [Result] { results.filter { $0.path != $0.expected } }

    /// Direct where one side lets strangers in, or where both sides' mappings can be foretold.
    static func expected(_ a: Site.Kind, _ b: Site.Kind) -> Path {
        let kinds = [a, b]
        if kinds.contains(.udpBlocked) { return .none }
        guard kinds.contains(.symmetric) else { return .direct }
        let other = a == .symmetric ? b : a
        return [.open, .server, .fullCone, .restrictedCone].contains(other) ? .direct : .relay
    }

    /// A triangle, one row a site; a path that differs from the expected one has an exclamation mark.
    func text(sites: [String]) -> String {
        let width = max(8, sites.map(\.count).max() ?? 0) + 2
        func cell(_ text: String) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
        let head = cell("") + sites.dropLast().map(cell).joined()
        let rows = sites.enumerated().dropFirst().map { index, row in
            cell(row) + sites[..<index].map { cell(mark(row, $0)) }.joined()
        }
        return ([head] + rows).map(trimmed).joined(separator: "\n")
    }

    private func mark(_ a: String, _ b: String) -> String {
        guard let result = results.first(where: { Set([$0.a, $0.b]) == [a, b] }) else { return "?" }
        return result.path.rawValue + (result.path == result.expected ? "" : " !")
    }

    private func trimmed(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }
}
