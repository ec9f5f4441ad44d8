internal import MeshRules

/// The writing ends of the manager's streams.
struct NetworkSinks: Sendable {
    let incoming: AsyncStream<ReceivedDatagram>.Continuation
    let handshakes: AsyncStream<HandshakeSent>.Continuation
    let events: AsyncStream<NetworkEvent>.Continuation

    /// A datagram that waits longer than 1,024 others is as good as lost; the sender will ask again.
    private static let datagrams = 1_024
    private static let others = 256

    static func make() -> (
        AsyncStream<ReceivedDatagram>, AsyncStream<HandshakeSent>, AsyncStream<NetworkEvent>, NetworkSinks
    ) {
        let (incoming, first) = AsyncStream<ReceivedDatagram>.makeStream(bufferingPolicy: .bufferingNewest(datagrams))
        let (handshakes, second) = AsyncStream<HandshakeSent>.makeStream(bufferingPolicy: .bufferingNewest(others))
        let (events, third) = AsyncStream<NetworkEvent>.makeStream(bufferingPolicy: .bufferingNewest(others))
        return (incoming, handshakes, events, NetworkSinks(incoming: first, handshakes: second, events: third))
    }

    func finish() {
        incoming.finish()
        handshakes.finish()
        events.finish()
    }
}
