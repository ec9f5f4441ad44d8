import Glibc
package import Logging
import NIOCore
import NIOPosix

/// Serves a node on a Unix socket: a line of JSON asks, lines of JSON answer (PROTOCOL.md §7).
package struct NodeSocketServer: Sendable {
    package typealias Handler = @concurrent @Sendable (NodeRequest) async -> NodeResponse
    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private let path: String
    private let logger: Logger
    private let handler: Handler

    package init(path: String, logger: Logger, handler: @escaping Handler) {
        (self.path, self.logger, self.handler) = (path, logger, handler)
    }

    /// Listens until cancelled or until a `NodeResponse.last` is written; the socket's file goes with it. A socket that a
    /// killed node left is replaced, a live one is an error. `listening` is called once the socket answers.
    @concurrent
    package func run(listening: @escaping @Sendable () async -> Void = {}) async throws {
        try SocketFile.prepare(path)
        let server: NIOAsyncChannel<Connection, Never>
        do {
            server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .bind(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try Connection(
                            wrappingChannelSynchronously: channel,
                            configuration: .init(isOutboundHalfClosureEnabled: true))
                    }
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

    /// Answers one client until it goes. True when the node's last reply was written.
    private func serve(_ connection: Connection) async -> Bool {
        let peer = await PeerCredentials.of(connection.channel)
        do {
            return try await connection.executeThenClose { inbound, outbound in
                guard peer.mayCommand else {
                    let reason = "only root may command the node: use sudo"
                    try await Self.write(.refused(kind: .permission, reason: reason), to: outbound)
                    return false
                }
                return try await withThrowingTaskGroup(of: Void.self) { streams in
                    defer { streams.cancelAll() }
                    var lines = SocketLines(limit: SocketLines.requestLimit)
                    for try await buffer in inbound {
                        do {
                            for line in try lines.push(buffer.readableBytesView) {
                                switch await response(to: line) {
                                case .one(let reply): try await Self.write(reply, to: outbound)
                                case .stream(let replies):
                                    streams.addTask {
                                        for await reply in replies { try await Self.write(reply, to: outbound) }
                                    }
                                case .last(let reply):
                                    try await Self.write(reply, to: outbound)
                                    return true
                                }
                            }
                        } catch let problem as SocketLines.TooLong {
                            let reason = "the line is longer than \(problem.limit) bytes: send one request a line"
                            try await Self.write(.refused(kind: .request, reason: reason), to: outbound)
                            return false
                        }
                    }
                    return false
                }
            }
        } catch {
            // A client that went in the middle of an answer is nobody's fault.
            logger.debug("a client of the node's socket went", metadata: ["pid": "\(peer.pid)", "why": "\(error)"])
            return false
        }
    }

    private func response(to line: [UInt8]) async -> NodeResponse {
        do {
            return await handler(try NodeSocketCodec.request(line))
        } catch {
            return .one(.refused(kind: .request, reason: "\(error)"))
        }
    }

    private static func write(_ reply: NodeReply, to outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws {
        try await outbound.write(ByteBuffer(bytes: try NodeSocketCodec.encode(reply)))
    }
}
