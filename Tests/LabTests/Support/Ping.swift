import Foundation

/// ICMP echoes over the virtual addresses.
enum Ping {
    struct Answer {
        /// How long it took, from when it was asked for.
        let time: Duration
        /// When it came: seconds since 1970.
        let at: Double
    }

    /// Sends one every 20 ms, from when the node has its address, until the first answer has come; nil if there was none.
    static func firstAnswer(
        from node: NodeProcess, to address: String, within limit: Duration
    ) async throws -> Answer? {
        let begin = ContinuousClock.now
        let look = node.lab.inside(node.site, ["ip", "-o", "-4", "address", "show", "up", "dev", node.interface])
        _ = try await eventually("the address of \(node.name)", every: .milliseconds(20)) {
            try await Command.run(look).output
        } until: {
            !$0.isEmpty
        }
        let seconds = String(limit.components.seconds)
        let words = ["ping", "-n", "-D", "-c", "1", "-i", "0.02", "-w", seconds, address]
        let outcome = try await Command.run(node.lab.inside(node.site, words))
        let time = ContinuousClock.now - begin
        let line = outcome.output.split(separator: "\n").first { $0.hasPrefix("[") && $0.contains(" bytes from ") }
        let at = line?.dropFirst().prefix { $0 != "]" }
        return at.flatMap { Double($0) }.map { Answer(time: time, at: $0) }
    }
}
