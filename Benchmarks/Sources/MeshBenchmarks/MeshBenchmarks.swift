import Glibc

/// `MeshBenchmarks THRESHOLDS` prints a table and ends with 1 when a count is above its threshold, with 70 when nothing
/// could be measured.
@main
struct MeshBenchmarks {
    static func main() async {
        do {
            let thresholds = try Thresholds(path: CommandLine.arguments.dropFirst().first ?? "thresholds.json")
            try checkMeter()
            let rows = try await RelayBench.run() + WireBench.run() + NodeBenchRows.run()
            let width = rows.map(\.name.count).max() ?? 0
            for row in rows {
                let name = row.name + String(repeating: " ", count: width - row.name.count)
                print("\(name)  \(row.allocations) allocations  \(row.remark)")
            }
            let problems = thresholds.problems(of: rows)
            for problem in problems { print("TOO MANY: \(problem)") }
            if !problems.isEmpty { exit(1) }
        } catch {
            print("nothing measured: \(error)")
            exit(70)
        }
    }
}
