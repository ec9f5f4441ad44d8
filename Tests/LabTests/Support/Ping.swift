import Foundation

/// ICMP echoes over the virtual addresses.
enum Ping {
    /// Sends one every 20 ms, from when the node has its address, until the first answer has come. Returns how long all
    /// that took, nil if there was no answer.
    static func firstAnswer(
        from node: NodeProcess, to address: String, within limit: Duration
    ) async throws -> Duration? {
        let begin = ContinuousClock.now
        let look = node.lab.inside(node.site, ["ip", "-o", "-4", "address", "show", "up", "dev", node.interface])
        _ = try await eventually("the address of \(node.name)", every: .milliseconds(20)) {
            try await Command.run(look).output
        } until: {
            !$0.isEmpty
        }
        let seconds = String(limit.components.seconds)
        let words = ["ping", "-n", "-q", "-c", "1", "-i", "0.02", "-w", seconds, address]
        let outcome = try await Command.run(node.lab.inside(node.site, words))
        return outcome.succeeded ? ContinuousClock.now - begin : nil
    }
}
