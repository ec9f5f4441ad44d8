import Foundation
import Glibc

/// Numbered UDP packets between two nodes' virtual addresses.
enum Traffic {
    /// One way's result: what the receiver counted and the sender said.
    struct Report: CustomStringConvertible {
        fileprivate let arrivals: Arrivals
        let sent: Int
        /// How late the sender sent its latest packet; on an idle machine a millisecond.
        let latestMs: Double

        var lost: Int { sent - arrivals.received }
        var longestSilenceMs: Double { arrivals.longestSilenceMs }
        var reorderedPct: Double {
            arrivals.received == 0 ? 100 : 100 * Double(arrivals.reordered) / Double(arrivals.received)
        }

        var description: String {
            let gaps = arrivals.gaps.map { "\($0.count) from \($0.first)" }
            return "sent \(sent) (at most \(latestMs.rounded(to: 0)) ms late), lost \(lost)"
                + ", out of order \(arrivals.reordered) (\(reorderedPct.rounded(to: 2)) %)"
                + ", longest silence \(longestSilenceMs.rounded(to: 0)) ms" + (gaps.isEmpty ? "" : ", gaps \(gaps)")
        }
    }

    fileprivate struct Arrivals: Decodable {
        struct Gap: Decodable {
            let first: Int
            let count: Int
        }

        let received: Int
        let reordered: Int
        let longestSilenceMs: Double
        let gaps: [Gap]
    }

    private struct Departures: Decodable {
        let sent: Int
        let latestMs: Double
    }

    /// No traffic lasts longer, whatever the test does meanwhile.
    private static let longest = "120"

    /// `rate` packets a second both ways while `body` runs; the reports are of the packets to `a` and to `b`.
    static func bothWays(
        _ a: NodeProcess, _ addressA: String, _ b: NodeProcess, _ addressB: String, rate: Int,
        while body: () async throws -> Void
    ) async throws -> [Report] {
        let receivers = [try await receiver(on: a), try await receiver(on: b)]
        let senders = [
            try await sender(on: b, to: addressA, rate: rate), try await sender(on: a, to: addressB, rate: rate),
        ]
        do { try await body() } catch {
            for program in senders + receivers { try await program.kill(SIGKILL) }
            throw error
        }
        var reports: [Report] = []
        for sender in senders { kill(sender.pid, SIGTERM) }
        for (sender, receiver) in zip(senders, receivers) {
            let departures: Departures = try await Traffic.result(of: sender)
            let arrivals: Arrivals = try await Traffic.result(of: receiver)
            reports.append(Report(arrivals: arrivals, sent: departures.sent, latestMs: departures.latestMs))
        }
        return reports
    }

    private static func receiver(on node: NodeProcess) async throws -> Running {
        let words = [Binaries.lab, "traffic", "receive", "--port", "7000", "--seconds", longest, "--json"]
        let running = try await Command.start(node.lab.inside(node.site, words))
        let sockets = node.lab.inside(node.site, ["cat", "/proc/net/udp"])
        try await eventually("the receiver on \(node.name)", every: .milliseconds(20)) {
            try await Command.output(of: sockets)
        } until: {
            $0.contains(":1B58 ")
        }
        return running
    }

    private static func sender(on node: NodeProcess, to address: String, rate: Int) async throws -> Running {
        let words = ["--to", address + ":7000", "--rate", "\(rate)", "--seconds", longest, "--json"]
        return try await Command.start(node.lab.inside(node.site, [Binaries.lab, "traffic", "send"] + words))
    }

    private static func result<Value: Decodable>(of running: Running) async throws -> Value {
        let outcome = try await running.end.value
        guard outcome.succeeded else { throw CommandFailed(outcome: outcome) }
        return try JSONDecoder().decode(Value.self, from: Data(outcome.output.utf8))
    }
}

extension Double {
    fileprivate func rounded(to digits: Int) -> String { formatted(.number.precision(.fractionLength(digits))) }
}
