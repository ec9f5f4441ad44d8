package import MeshWire

/// The asking half of a change of path: SWITCH goes on the wanted path every 200 ms until it is acknowledged.
package struct PathSwitch: Sendable {
    static let pace: Duration = .milliseconds(200)
    static let asksAtMost = 10

    package enum Phase: Equatable, Sendable { case idle, asking }

    package private(set) var phase = Phase.idle
    package private(set) var wanted: Endpoint?
    private var transaction: UInt64 = 0
    private var asked = 0
    package private(set) var flags: UInt8 = 0
    package private(set) var deadline: Instant?

    package init() {}

    /// Begins to ask for `path`; a question about another path is dropped.
    package mutating func begin(_ wanted: Endpoint, flags: UInt8, transaction: UInt64, at now: Instant) {
        guard phase == .idle || wanted != self.wanted || flags != self.flags else { return }
        (phase, self.wanted, self.flags, self.transaction) = (.asking, wanted, flags, transaction)
        (asked, deadline) = (0, now)
    }

    package mutating func cancel() { (phase, wanted, deadline) = (.idle, nil, nil) }

    package enum Due: Equatable, Sendable {
        case nothing
        case ask(transaction: UInt64)
        /// Nobody answered: the path is not chosen again for a while.
        case gaveUp(Endpoint)
    }

    package mutating func handleTimeout(at now: Instant) -> Due {
        guard phase == .asking, let due = deadline, due <= now, let wanted else { return .nothing }
        guard asked < Self.asksAtMost else {
            cancel()
            return .gaveUp(wanted)
        }
        asked += 1
        deadline = now + Self.pace
        return .ask(transaction: transaction)
    }

    /// - Returns: The path that was wanted, when this answers the question asked.
    package mutating func acknowledged(_ transaction: UInt64) -> Endpoint? {
        guard phase == .asking, transaction == self.transaction else { return nil }
        let path = wanted
        cancel()
        return path
    }
}
