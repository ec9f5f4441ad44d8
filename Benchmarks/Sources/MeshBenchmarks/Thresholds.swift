import FoundationEssentials

/// The most allocations that each row may have, in a checked-in file.
struct Thresholds {
    private let limits: [String: Int]

    init(path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else { throw Failure("\(path) can't be read") }
        do { limits = try JSONDecoder().decode([String: Int].self, from: data) } catch {
            throw Failure("\(path) doesn't map names to numbers: \(error)")
        }
    }

    /// What is wrong with the rows, a line each: a count above its limit, a row without one, a limit without a row.
    func problems(of rows: [Measurement]) -> [String] {
        var problems = rows.compactMap { row -> String? in
            guard let limit = limits[row.name] else { return "“\(row.name)” has no threshold: add it" }
            return row.allocations > limit ? "“\(row.name)” allocates \(row.allocations) times, at most \(limit)" : nil
        }
        for name in limits.keys.sorted() where !rows.contains(where: { $0.name == name }) {
            problems.append("“\(name)” was not measured: remove its threshold")
        }
        return problems
    }
}
