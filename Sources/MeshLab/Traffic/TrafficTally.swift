/// What a receiver makes of the numbered packets that reach it.
struct TrafficTally: Equatable {
    private(set) var received = 0
    private(set) var duplicates = 0
    private(set) var reordered = 0
    /// Nanoseconds between two packets, or the last one and the sender's farewell; nil until two have come.
    private(set) var longestSilence: UInt64?
    private(set) var delays: [UInt64] = []
    private var seen: [Bool] = []
    private var highest = -1
    private var lastArrival: UInt64?
    private var announced: Int?

    /// A packet with `number`, counted from 0, sent at `sentAt`, arrived at `now` (nanoseconds of one clock).
    mutating func arrived(number: Int, sentAt: UInt64, now: UInt64) {
        guard number >= 0, number < 1 << 28 else { return }
        heard(at: now)
        if number >= seen.count { seen += Array(repeating: false, count: number + 1 - seen.count) }
        guard !seen[number] else {
            duplicates += 1
            return
        }
        seen[number] = true
        received += 1
        if number < highest { reordered += 1 }
        highest = max(highest, number)
        delays.append(now &- sentAt)
    }

    /// The sender says how many packets it has sent in all. Until its first such word the silence lasts.
    mutating func ended(sent: Int, now: UInt64) {
        if announced == nil { heard(at: now) }
        announced = sent
    }

    private mutating func heard(at now: UInt64) {
        if let lastArrival { longestSilence = max(longestSilence ?? 0, now - lastArrival) }
        lastArrival = now
    }

    var hasEnded: Bool { announced != nil }

    /// What the sender said, or without its word what the highest number gives away.
    var sent: Int { max(announced ?? 0, highest + 1) }

    /// Where packets are missing, in the order of sending.
    var gaps: [TrafficGap] {
        var gaps: [TrafficGap] = []
        for number in 0..<sent where number >= seen.count || !seen[number] {
            if let last = gaps.last, last.first + last.count == number {
                gaps[gaps.count - 1].count += 1
            } else {
                gaps.append(TrafficGap(first: number, count: 1))
            }
        }
        return gaps
    }

    var report: TrafficReport {
        let sorted = delays.sorted()
        func delay(at share: Double) -> Double? {
            sorted.isEmpty ? nil : Double(sorted[Int(Double(sorted.count - 1) * share)]) / 1e6
        }
        return TrafficReport(
            sent: sent, received: received, lost: sent - received, reordered: reordered, duplicates: duplicates,
            longestSilenceMs: longestSilence.map { Double($0) / 1e6 } ?? 0, delayMinMs: delay(at: 0),
            delayMedianMs: delay(at: 0.5), delayP99Ms: delay(at: 0.99), delayMaxMs: delay(at: 1),
            gaps: Array(gaps.prefix(TrafficReport.mostGaps)))
    }
}

/// Packets lost in a row.
struct TrafficGap: Codable, Equatable {
    /// The number of the first one.
    let first: Int
    var count: Int
}

/// A receiver's result. Delays are one-way: sender and receiver share the machine's clock.
struct TrafficReport: Codable, Equatable {
    static let mostGaps = 50

    let sent: Int
    let received: Int
    let lost: Int
    let reordered: Int
    let duplicates: Int
    let longestSilenceMs: Double
    let delayMinMs: Double?
    let delayMedianMs: Double?
    let delayP99Ms: Double?
    let delayMaxMs: Double?
    /// The first fifty.
    let gaps: [TrafficGap]
}
