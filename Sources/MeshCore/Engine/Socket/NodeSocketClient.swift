import Glibc
import NIOCore
import NIOPosix

/// Asks a node over its socket. Each request has a connection of its own.
package struct NodeSocketClient: Sendable {
    /// Why there was no answer.
    package enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
        /// Nobody listens.
        case noNode(path: String)
        /// The socket is there and this user can't open it.
        case forbidden(path: String)
        case lost(path: String, reason: String)

        /// One line that ends with what to do.
        package var description: String {
            switch self {
            case .noNode(let path): "no node runs (nothing answers on \(path)): start one with meshtui"
            case .forbidden(let path): "\(path) belongs to root: use sudo meshtui"
            case .lost(let path, let reason):
                "the node on \(path) did not answer, \(reason): look at its log, then try again"
            }
        }
    }

    /// Of the node's Unix socket.
    package let path: String

    /// Nothing is opened before the first request.
    package init(path: String) { self.path = path }

    /// Sends a request and returns the first reply.
    @concurrent
    package func ask(_ request: NodeRequest) async throws(Failure) -> NodeReply {
        let found = Found()
        try await follow(request) { reply in
            await found.set(reply)
            return false
        }
        guard let reply = await found.reply else { throw .lost(path: path, reason: "it closed the connection") }
        return reply
    }

    /// Sends a request and hands over each reply until `take` returns false, the node goes or the task is cancelled.
    @concurrent
    package func follow(
        _ request: NodeRequest, take: @concurrent @Sendable (NodeReply) async throws -> Bool
    ) async throws(Failure) {
        let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>
        do {
            channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                    }
                }
        } catch let error as IOError where error.errnoCode == EACCES || error.errnoCode == EPERM {
            throw .forbidden(path: path)
        } catch {
            throw .noNode(path: path)
        }
        do {
            try await channel.executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(bytes: try NodeSocketCodec.encode(request)))
                var lines = SocketLines(limit: SocketLines.replyLimit)
                for try await buffer in inbound {
                    for line in try lines.push(buffer.readableBytesView) {
                        guard try await take(try NodeSocketCodec.reply(line)) else { return }
                    }
                }
            }
        } catch is CancellationError {
            return
        } catch {
            throw .lost(path: path, reason: "\(error)")
        }
    }

    private actor Found {
        var reply: NodeReply?
        func set(_ reply: NodeReply) { self.reply = reply }
    }
}
