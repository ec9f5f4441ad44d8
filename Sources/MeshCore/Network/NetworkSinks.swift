internal import MeshRules
internal import MeshWire
internal import Synchronization

/// The writing ends of the manager's streams.
struct NetworkSinks: Sendable {
    let incoming: Inbox
    let handshakes: AsyncStream<HandshakeSent>.Continuation
    let events: AsyncStream<NetworkEvent>.Continuation

    private static let others = 256

    static func make() -> (
        AsyncStream<ReceivedDatagram>, AsyncStream<HandshakeSent>, AsyncStream<NetworkEvent>, NetworkSinks
    ) {
        let inbox = Inbox()
        let (handshakes, second) = AsyncStream<HandshakeSent>.makeStream(bufferingPolicy: .bufferingNewest(others))
        let (events, third) = AsyncStream<NetworkEvent>.makeStream(bufferingPolicy: .bufferingNewest(others))
        return (inbox.datagrams, handshakes, events, NetworkSinks(incoming: inbox, handshakes: second, events: third))
    }

    func finish() {
        incoming.finish()
        handshakes.finish()
        events.finish()
    }
}

/// Datagrams that wait for the node. Those from where this machine has sent to of late go before strangers', and a flood
/// of strangers' takes none of their room.
final class Inbox: Sendable {
    private struct State {
        var known: [ReceivedDatagram] = []
        var strangers: [ReceivedDatagram] = []
        /// Where this machine has sent to: in the present period, and in the one before.
        var (sentTo, sentToBefore): (Set<Endpoint>, Set<Endpoint>) = ([], [])
        var periodBegan = ContinuousClock.now
        /// What the reader is being given now, and how far it is.
        var (batch, position): ([ReceivedDatagram], Int) = ([], 0)
        var reader: CheckedContinuation<Void, Never>?
        var isFinished = false
        var dropped: UInt64 = 0

        mutating func drop() -> CheckedContinuation<Void, Never>? {
            dropped += 1
            return nil
        }

        mutating func take() -> ReceivedDatagram? {
            if position == batch.count {
                batch = known + strangers.prefix(Inbox.strangersAtOnce)
                strangers.removeFirst(min(strangers.count, Inbox.strangersAtOnce))
                (known, position) = ([], 0)
            }
            guard position < batch.count else { return nil }
            position += 1
            return batch[position - 1]
        }
    }

    /// A datagram that waits longer than 1,024 others is as good as lost; the sender will ask again.
    static let mostKnown = 1_024
    /// Strangers' first checks are few; what comes beyond that is a flood.
    static let mostStrangers = 256
    /// Strangers' datagrams that are handed over before those of others are looked for again.
    private static let strangersAtOnce = 16
    /// A correspondent is known for one to two of these after the last datagram to it. Pairs and servers are asked each
    /// 25 s or more often.
    static let period: Duration = .seconds(60)
    private static let mostCorrespondents = 4_096

    private let state = Mutex(State())

    /// The one reader's view. It ends with `finish`.
    var datagrams: AsyncStream<ReceivedDatagram> { AsyncStream { await self.next() } }

    /// Datagrams that found no room.
    var dropped: UInt64 { state.withLock(\.dropped) }

    /// What comes from there is not a stranger's.
    func sent(to destination: Endpoint, now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            if now - state.periodBegan >= Self.period {
                state.sentToBefore = now - state.periodBegan >= Self.period * 2 ? [] : state.sentTo
                (state.sentTo, state.periodBegan) = ([], now)
            }
            if state.sentTo.count < Self.mostCorrespondents { state.sentTo.insert(destination) }
        }
    }

    func put(_ datagram: ReceivedDatagram) {
        let reader = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if state.sentTo.contains(datagram.from) || state.sentToBefore.contains(datagram.from) {
                guard state.known.count < Self.mostKnown else { return state.drop() }
                state.known.append(datagram)
            } else {
                guard state.strangers.count < Self.mostStrangers else { return state.drop() }
                state.strangers.append(datagram)
            }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    private func next() async -> ReceivedDatagram? {
        while !Task.isCancelled {
            let (datagram, isFinished) = state.withLock { ($0.take(), $0.isFinished) }
            if datagram != nil || isFinished { return datagram }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let isDue = state.withLock { state in
                        // Looked at once registered: what came in between is seen here.
                        let hasSome = !state.known.isEmpty || !state.strangers.isEmpty
                        guard !hasSome, !state.isFinished, !Task.isCancelled else { return true }
                        state.reader = continuation
                        return false
                    }
                    if isDue { continuation.resume() }
                }
            } onCancel: {
                wake()
            }
        }
        return nil
    }

    private func wake() {
        let reader = state.withLock { state in
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    /// Ends the reader's stream, once it has what there is.
    func finish() {
        state.withLock { $0.isFinished = true }
        wake()
    }
}
