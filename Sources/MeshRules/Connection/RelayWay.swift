import MeshWire

/// How a relay is reached, and the counter that all registrations there have in common (PROTOCOL.md §4).
struct RelayWay: Sendable {
    var endpoint: Endpoint
    let helloKey: Bytes32
    let okKey: Bytes32
    var counter: Sequence64
}

/// HELLO counters of relays that were used in this run, so that a client made anew goes on above what its relay has seen
/// (PROTOCOL.md §4: it remembers the counter longer than a registration lasts). Each relay has its own: one that drives
/// its counter up must not bring the others' beyond what they accept after the next start. Of more than 64 the one used
/// longest ago is dropped.
struct HelloCounters: Sendable {
    static let most = 64
    /// Where a relay that was not met yet begins.
    private(set) var first: Sequence64
    private var met: [(relay: Bytes8, last: Sequence64)] = []

    init(incarnation: UInt32) { first = Sequence64(incarnation: incarnation) }

    func next(for relay: Bytes8) -> Sequence64 {
        var counter = first
        if let last = met.first(where: { $0.relay == relay })?.last { counter.goAbove(last.value) }
        return counter
    }

    mutating func used(_ last: UInt64, by relay: Bytes8) {
        met.removeAll { $0.relay == relay }
        met.append((relay, Sequence64(last)))
        if met.count > Self.most { met.removeFirst() }
    }

    /// The node counts as started anew.
    mutating func goAbove(_ sequence: Sequence64) { first.goAbove(sequence.value) }
}
