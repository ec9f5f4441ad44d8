package import MeshWire

/// The asking half of a change of path: SWITCH goes on the wanted path every 200 ms until it is acknowledged.
package struct PathSwitch: Sendable {
    static let pace: Duration = .milliseconds(200)
    static let asksAtMost = 10

    /// Whether a question is under way.
    package enum Phase: Equatable, Sendable { case idle, asking }

    /// Where it stands.
    package private(set) var phase = Phase.idle
    /// The path asked for.
    package private(set) var wanted: Endpoint?
    private var transaction: UInt64 = 0
    private var asked = 0
    /// Of the question: 1 pinned by a person, 2 released.
    package private(set) var flags: UInt8 = 0
    /// When to ask again.
    package private(set) var deadline: Instant?

    /// Nothing is asked.
    package init() {}

    /// Begins to ask for `path`; a question about another path is dropped.
    package mutating func begin(_ wanted: Endpoint, flags: UInt8, transaction: UInt64, at now: Instant) {
        guard phase == .idle || wanted != self.wanted || flags != self.flags else { return }
        (phase, self.wanted, self.flags, self.transaction) = (.asking, wanted, flags, transaction)
        (asked, deadline) = (0, now)
    }

    /// The question no longer matters.
    package mutating func cancel() { (phase, wanted, deadline) = (.idle, nil, nil) }

    /// What a timeout asks for.
    package enum Due: Equatable, Sendable {
        case nothing
        case ask(transaction: UInt64)
        /// Nobody answered: the path is not chosen again for a while.
        case gaveUp(Endpoint)
    }

    /// Time has passed.
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
