package import MeshWire

/// Own receiver indexes of one pair, learned from handshakes on their way out. They feed the guard, and HELLO's rows:
/// the last completed handshake's and the newest begun.
package struct ReceiverIndexes: Equatable, Sendable {
    private var completed: ReceiverIndex?
    private var before: ReceiverIndex?
    private var newest: (index: ReceiverIndex, at: Instant)?

    package init() {}

    package mutating func sent(_ handshake: HandshakeSent, at now: Instant) { newest = (handshake.index, now) }

    /// WireGuard's last handshake is `age` old: it is the newest one begun when it is younger than that.
    package mutating func handshakeCompleted(age: Duration, at now: Instant) {
        // WireGuard's clock and ours are read at different moments.
        guard let newest, age <= now - newest.at + .milliseconds(50), newest.index != completed else { return }
        (before, completed) = (completed, newest.index)
    }

    /// For HELLO, at most two.
    package var rows: [ReceiverIndex] {
        var result: [ReceiverIndex] = []
        for index in [newest?.index, completed].compactMap({ $0 }) where !result.contains(index) {
            result.append(index)
        }
        return result
    }

    /// For the guard: those and the one that WireGuard still receives on from before.
    package var all: [ReceiverIndex] { rows + [before].compactMap { $0 }.filter { !rows.contains($0) } }

    package static func == (left: ReceiverIndexes, right: ReceiverIndexes) -> Bool {
        left.completed == right.completed && left.before == right.before && left.newest?.index == right.newest?.index
    }
}
