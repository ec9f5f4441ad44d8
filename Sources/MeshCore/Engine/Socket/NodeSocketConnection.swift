import NIOCore

/// A client of the node's socket. NIO's own `NIOAsyncChannel` traps when it is dropped unused, which happens to a client
/// that comes while the server ends; this closes the socket instead.
final class NodeSocketConnection: Sendable {
    let channel: any Channel
    /// What the client sends, until it has said everything.
    let inbound: AsyncStream<ByteBuffer>

    /// On the channel's event loop, before it reads.
    init(_ channel: any Channel) throws {
        self.channel = channel
        let (inbound, feed) = AsyncStream<ByteBuffer>.makeStream()
        self.inbound = inbound
        try channel.pipeline.syncOperations.addHandler(Reader(feed))
    }

    deinit { channel.close(promise: nil) }

    /// Returns when the reply has left.
    func write(_ reply: NodeReply) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: try NodeSocketCodec.encode(reply)))
    }

    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let feed: AsyncStream<ByteBuffer>.Continuation

        init(_ feed: AsyncStream<ByteBuffer>.Continuation) { self.feed = feed }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { feed.yield(unwrapInboundIn(data)) }

        func channelInactive(context: ChannelHandlerContext) { feed.finish() }

        /// A client that has said everything may still wait for its answer.
        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case .inputClosed? = event as? ChannelEvent { feed.finish() }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
