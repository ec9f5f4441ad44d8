package import MeshRules

/// One thing that happened. Two runs of one seed have equal traces, line by line.
package struct TraceLine: Hashable, Sendable, CustomStringConvertible {
    /// When.
    package var at: Instant
    /// Who it happened to: a machine's name, `control`, a relay.
    package var subject: String
    /// What happened.
    package var what: String

    /// A line of its parts.
    package init(at: Instant, subject: String, what: String) {
        (self.at, self.subject, self.what) = (at, subject, what)
    }

    /// Seconds, subject and what happened.
    package var description: String {
        let micros = at.nanoseconds / 1_000
        let fraction = String(micros % 1_000_000)
        return
            "\(micros / 1_000_000).\(String(repeating: "0", count: 6 - fraction.count))\(fraction) \(subject): \(what)"
    }
}

/// All that happened, and a sum over the data packets, which are too many to be written down.
package struct Trace: Sendable {
    /// Off in long runs with much traffic.
    package var isKept = true
    /// In order of time.
    package private(set) var lines: [TraceLine] = []
    /// Changes with every event, those without a line too.
    package private(set) var digest: UInt64 = 0

    /// Nothing has happened.
    package init() {}

    mutating func note(_ at: Instant, _ subject: String, _ what: String) {
        guard isKept else { return }
        let line = TraceLine(at: at, subject: subject, what: what)
        lines.append(line)
        for byte in line.what.utf8 { mix(UInt64(byte)) }
        mix(UInt64(bitPattern: at.nanoseconds))
    }

    mutating func mix(_ value: UInt64) {
        digest = (digest ^ value) &* 0x0000_0100_0000_01b3
        digest ^= digest >> 29
    }
}
