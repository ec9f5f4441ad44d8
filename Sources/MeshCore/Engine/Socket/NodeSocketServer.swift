import Glibc
package import Logging
import NIOCore
import NIOPosix

/// Serves a node on a Unix socket: a line of JSON asks, lines of JSON answer (PROTOCOL.md §7).
package struct NodeSocketServer: Sendable {
    /// What the node makes of a request.
    package typealias Handler = @concurrent @Sendable (NodeRequest) async -> NodeResponse

    private let path: String
    private let logger: Logger
    private let handler: Handler

    /// Nothing is made before `run`.
    package init(path: String, logger: Logger, handler: @escaping Handler) {
        (self.path, self.logger, self.handler) = (path, logger, handler)
    }

    /// Listens until cancelled or until a `NodeResponse.last` is given; the socket's file goes with it. A socket that a
    /// killed node left is replaced, a live one is an error. `listening` is called once the socket answers.
    @concurrent
    package func run(listening: @escaping @Sendable () async -> Void = {}) async throws {
        try SocketFile.prepare(path)
        let server: NIOAsyncChannel<NodeSocketConnection, Never>
        do {
            server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .bind(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture { try NodeSocketConnection(channel) }
                }
        } catch {
            throw EngineProblem.socket(path: path, reason: "\(error)")
        }
        defer { unlink(path) }
        chmod(path, 0o660)
        let (over, last) = AsyncStream<Never>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in over {} }
            group.addTask {
                try await server.executeThenClose { connections in
                    await listening()
                    try await withThrowingDiscardingTaskGroup { clients in
                        for try await connection in connections {
                            clients.addTask { if await serve(connection) { last.finish() } }
                        }
                    }
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    /// Answers one client until it goes. True when that was the node's last reply.
    private func serve(_ connection: NodeSocketConnection) async -> Bool {
        let peer = await PeerCredentials.of(connection.channel)
        do {
            guard peer.mayCommand else {
                try await connection.write(
                    .refused(kind: .permission, reason: "only root may command the node: use sudo"))
                return false
            }
            return try await withThrowingTaskGroup(of: Void.self) { streams in
                defer { streams.cancelAll() }
                return try await answer(connection, &streams)
            }
        } catch let problem as SocketLines.TooLong {
            let reason = "the line is longer than \(problem.limit) bytes: send one request a line"
            try? await connection.write(.refused(kind: .request, reason: reason))
        } catch {
            // A client that went in the middle of an answer is nobody's fault.
            logger.debug("a client of the node's socket went", metadata: ["pid": "\(peer.pid)", "why": "\(error)"])
        }
        return false
    }

    private func answer(
        _ connection: NodeSocketConnection, _ streams: inout ThrowingTaskGroup<Void, any Error>
    ) async throws -> Bool {
        var lines = SocketLines(limit: SocketLines.requestLimit)
        for await buffer in connection.inbound {
            for line in try lines.push(buffer.readableBytesView) {
                switch await response(to: line) {
                case .one(let reply): try await connection.write(reply)
                case .stream(let replies):
                    streams.addTask { for await reply in replies { try await connection.write(reply) } }
                case .last(let reply):
                    // The node has stopped, whether or not the client is still there to hear of it.
                    try? await connection.write(reply)
                    return true
                }
            }
        }
        return false
    }

    private func response(to line: [UInt8]) async -> NodeResponse {
        do {
            return await handler(try NodeSocketCodec.request(line))
        } catch {
            return .one(.refused(kind: .request, reason: "\(error)"))
        }
    }
}
