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
    /// The peer's packets of the session before are on their way for a while after a handshake: a relay that was told of
    /// its end sooner would throw them away. WireGuard begins no other handshake within its five seconds.
    static let handover: Duration = .seconds(2)

    private var completed: ReceiverIndex?
    private var before: ReceiverIndex?
    private var completedAt: Instant?
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
        guard age >= Self.handover, completedAt.map({ time - $0 > Self.slack }) ?? true else { return }
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

    /// For HELLO: two, or three while it is open which of two handshakes counts.
    package var rows: [ReceiverIndex] {
        var result: [ReceiverIndex] = []
        for index in [initiation?.index, response?.index, completed].compactMap({ $0 }) where !result.contains(index) {
            result.append(index)
        }
        return result
    }

    /// For the guard: those and the one that WireGuard still receives on from before.
    package var all: [ReceiverIndex] { rows + [before].compactMap { $0 }.filter { !rows.contains($0) } }
}
