/// What a relay has done since it started, in datagrams.
package struct RelayCounters: Equatable, Sendable {
    /// Whatever arrived.
    package internal(set) var received: UInt64 = 0
    /// Sent on to a client as they were.
    package internal(set) var forwarded: UInt64 = 0
    /// Answered by the relay itself: CHALLENGE, OK, STUN.
    package internal(set) var replied: UInt64 = 0
    /// Clients registered now.
    package internal(set) var clients = 0
    private var dropped = [UInt64](repeating: 0, count: RelayDrop.allCases.count)

    /// Datagrams thrown away for this reason.
    package internal(set) subscript(reason: RelayDrop) -> UInt64 {
        get { dropped[Int(reason.rawValue)] }
        set { dropped[Int(reason.rawValue)] = newValue }
    }

    /// Datagrams thrown away for whatever reason.
    package var allDropped: UInt64 { dropped.reduce(0, +) }

    mutating func note(_ verdict: RelayVerdict) {
        received += 1
        switch verdict {
        case .drop(let reason): self[reason] += 1
        case .forward: forwarded += 1
        case .reply: replied += 1
        }
    }
}

extension RelayCounters: CustomStringConvertible {
    /// One line for the log; reasons that never occurred are left out.
    package var description: String {
        let reasons = RelayDrop.allCases.filter { self[$0] > 0 }.map { " \($0) \(self[$0])" }.joined()
        return
            "clients \(clients), received \(received), forwarded \(forwarded), answered \(replied), dropped \(allDropped)"
            + (reasons.isEmpty ? "" : " (\(reasons.dropFirst()))")
    }
}
