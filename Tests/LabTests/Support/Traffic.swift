import Foundation

/// Numbered UDP packets between two nodes' virtual addresses.
enum Traffic {
    struct Report: Decodable, CustomStringConvertible {
        let sent: Int
        let received: Int
        let lost: Int
        let reordered: Int
        let longestSilenceMs: Double
        let gaps: [Gap]

        struct Gap: Decodable, CustomStringConvertible {
            let first: Int
            let count: Int
            var description: String { "\(count) from \(first)" }
        }

        var reorderedPct: Double { received == 0 ? 0 : 100 * Double(reordered) / Double(received) }

        var description: String {
            "sent \(sent), lost \(lost), out of order \(reordered) (\(reorderedPct.formatted(.number.precision(.fractionLength(2)))) %)"
                + ", longest silence \(longestSilenceMs.formatted(.number.precision(.fractionLength(0)))) ms"
                + (gaps.isEmpty ? "" : ", gaps \(gaps)")
        }
    }

    /// Sends `rate` packets a second for `seconds` from one to the other; returns what arrived.
    static func oneWay(
        from sender: NodeProcess, to receiver: NodeProcess, address: String, rate: Int, seconds: Int
    ) async throws -> Report {
        async let received = Command.output(
            of: receiver.lab.inside(
                receiver.site,
                [Binaries.lab, "traffic", "receive", "--port", "7000", "--seconds", "\(seconds + 5)", "--json"]))
        let sockets = receiver.lab.inside(receiver.site, ["cat", "/proc/net/udp"])
        try await eventually("the receiver on \(receiver.name)", every: .milliseconds(20)) {
            try await Command.output(of: sockets)
        } until: {
            $0.contains(":1B58 ")
        }
        try await Command.output(
            of: sender.lab.inside(
                sender.site,
                [
                    Binaries.lab, "traffic", "send", "--to", address + ":7000", "--rate", "\(rate)", "--seconds",
                    "\(seconds)",
                ]))
        return try JSONDecoder().decode(Report.self, from: Data(try await received.utf8))
    }

    /// Both ways at once while `body` runs; the reports are of the packets to the first and to the second node.
    static func bothWays(
        _ a: NodeProcess, _ addressA: String, _ b: NodeProcess, _ addressB: String, rate: Int, seconds: Int,
        while body: @Sendable () async throws -> Void
    ) async throws -> [Report] {
        async let toB = oneWay(from: a, to: b, address: addressB, rate: rate, seconds: seconds)
        async let toA = oneWay(from: b, to: a, address: addressA, rate: rate, seconds: seconds)
        try await body()
        return [try await toA, try await toB]
    }
}
