package import MeshWire

/// Own receiver indexes of one pair, learned from handshakes on their way out. They feed the guard, and HELLO's rows:
/// the last completed handshake's and the newest begun.
package struct ReceiverIndexes: Equatable, Sendable {
    private struct Begun: Equatable, Sendable {
        let index: ReceiverIndex
        let at: Instant
    }

    /// WireGuard's clock and ours are read at different moments.
    private static let slack: Duration = .milliseconds(50)
    /// The peer goes on under the session before until it has heard a packet of the new one. If the first is lost and
    /// nothing is to be said, that takes a keepalive (25 s): a relay told of the old session's end sooner would throw the
    /// peer's packets away.
    static let handover: Duration = .seconds(30)

    private var completed: ReceiverIndex?
    private var before: ReceiverIndex?
    private var completedAt: Instant?
    private var isHandingOver = false
    private var initiation: Begun?
    /// Our answer, whose session counts once the peer has used it: an initiation of ours may come after it, unanswered.
    private var response: Begun?

    /// None is known.
    package init() {}

    /// A handshake of ours left.
    package mutating func sent(_ handshake: HandshakeSent, at now: Instant) {
        let begun = Begun(index: handshake.index, at: now)
        switch handshake.kind {
        case .initiation: initiation = begun
        // Whoever answers gives up what it had begun itself.
        case .response: (response, initiation) = (begun, nil)
        }
    }

    /// WireGuard's last handshake is `age` old: it is one that was begun before that. Where it may be either, both stay.
    package mutating func handshakeCompleted(age: Duration, at now: Instant) {
        let time = now + (.zero - age)
        defer { isHandingOver = completedAt.map { now - $0 < Self.handover } ?? false }
        guard completedAt.map({ time - $0 > Self.slack }) ?? true else { return }
        func hasCompleted(_ begun: Begun?) -> Bool { begun.map { $0.at <= time + Self.slack } ?? false }
        let index: ReceiverIndex?
        if hasCompleted(response) {
            index = response?.index
            response = nil
        } else if hasCompleted(initiation) {
            index = initiation?.index
            initiation = nil
        } else {
            return
        }
        (before, completed, completedAt) = (completed, index, time)
    }

    /// For HELLO: mostly one, two after a handshake, three while it is open which of two handshakes counts.
    package var rows: [ReceiverIndex] {
        Self.each([initiation?.index, response?.index, completed, isHandingOver ? before : nil])
    }

    /// For the guard: those and the one that WireGuard still receives on from before.
    package var all: [ReceiverIndex] { Self.each(rows + [before]) }

    private static func each(_ indexes: [ReceiverIndex?]) -> [ReceiverIndex] {
        var result: [ReceiverIndex] = []
        for case let index? in indexes where !result.contains(index) { result.append(index) }
        return result
    }
}
