import CMeter
import MeshTestKit

/// What one datagram costs a node, by who sent it and by how many peers the node has. The rival opens a check of the same
/// size and does nothing else, in the same run.
enum NodeBenchRows {
    private static let rounds = 10
    private static let readings = 500

    static func run() throws -> [Measurement] {
        try [2, 31].flatMap { peers -> [Measurement] in
            var bench = try NodeBench(peers: peers, pings: rounds * readings + 1)
            let rival = measure(&bench) { $0.open() }
            let cases: [(String, (inout NodeBench) -> Int)] = [
                ("a check for somebody else", { $0.takeStrangers() }),
                ("a check of nobody known", { $0.takeUnknown() }),
                ("a member's ping, answered", { $0.takeMembers() }),
            ]
            return cases.map { name, take in
                let row = measure(&bench, take)
                let ratio = Int(row.nanoseconds * 10 / max(rival.nanoseconds, 1))
                return Measurement(
                    name: "node with \(peers) peers: \(name)", allocations: row.allocations,
                    remark: "\(row.nanoseconds) ns each, \(ratio / 10).\(ratio % 10) × opening one")
            }
        }
    }

    private static func measure(
        _ bench: inout NodeBench, _ take: (inout NodeBench) -> Int
    ) -> (allocations: Int, nanoseconds: UInt64) {
        var (allocations, fastest, sum) = (0, UInt64.max, 0)
        for _ in 0..<rounds {
            let start = cmeter_cpu_of_this_thread()
            allocations += counted { for _ in 0..<readings { sum &+= take(&bench) } }.allocations
            fastest = min(fastest, cmeter_cpu_of_this_thread() - start)
        }
        precondition(sum != .min)
        return (allocations, fastest / UInt64(readings))
    }
}
