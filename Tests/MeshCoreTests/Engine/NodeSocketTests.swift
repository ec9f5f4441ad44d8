import CLinux
import FoundationEssentials
import Glibc
import Logging
import MeshRules
import Testing

@testable import MeshCore

@Suite("The node socket")
struct NodeSocketTests {
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Serves with `handler` while `body` runs, and ends the server afterwards.
    func serving(
        _ path: String, _ handler: @escaping NodeSocketServer.Handler,
        _ body: @Sendable @escaping (NodeSocketClient) async throws -> Void
    ) async throws {
        let server = NodeSocketServer(path: path, logger: Self.logger, handler: handler)
        let (listening, heard) = AsyncStream<Never>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run { heard.finish() } }
            for await _ in listening {}
            try await body(NodeSocketClient(path: path))
            group.cancelAll()
        }
    }

    @Test("a request is answered, and the socket goes with its server")
    func answers() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/run/node.sock"
            try await serving(path) { request in
                .one(.done(text: request == .invite ? "mtui1" : nil))
            } _: { (client: NodeSocketClient) async throws in
                #expect(try await client.ask(.invite) == .done(text: "mtui1"))
                #expect(try await client.ask(.leave) == .done(text: nil))
                #expect(SocketFile.isAnswered(path))
                #expect(SocketFile.owner(path) == getpid())
            }
            #expect(SocketFile.owner(path) == nil)
            #expect(access(path, F_OK) != 0)
            await #expect(throws: NodeSocketClient.Failure.noNode(path: path)) {
                _ = try await NodeSocketClient(path: path).ask(.status)
            }
        }
    }

    @Test("a stream goes on until the client has enough")
    func streams() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/node.sock"
            let (ended, end) = AsyncStream<Never>.makeStream()
            try await serving(path) { _ in
                // The server alone holds it, as it does in an engine.
                let (source, feed) = AsyncStream<NodeReply>.makeStream()
                feed.onTermination = { _ in end.finish() }
                for number in 0..<5 { feed.yield(.done(text: "\(number)")) }
                return .stream(source)
            } _: { (client: NodeSocketClient) async throws in
                let taken = Taken()
                try await client.follow(.snapshots) { await taken.add($0) < 3 }
                #expect(await taken.replies == [.done(text: "0"), .done(text: "1"), .done(text: "2")])
                // The server notices that the client has gone and lets go of the stream.
                for await _ in ended {}
            }
        }
    }

    private actor Taken {
        var replies: [NodeReply] = []
        func add(_ reply: NodeReply) -> Int {
            replies.append(reply)
            return replies.count
        }
    }

    @Test("the last reply is written before the server ends")
    func last() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/node.sock"
            let server = NodeSocketServer(path: path, logger: Self.logger) { _ in .last(.done(text: "bye")) }
            let (listening, heard) = AsyncStream<Never>.makeStream()
            async let run: Void = server.run { heard.finish() }
            for await _ in listening {}
            #expect(try await NodeSocketClient(path: path).ask(.shutdown) == .done(text: "bye"))
            try await run
            #expect(access(path, F_OK) != 0)
        }
    }

    @Test("a node that was told to stop stops, also when whoever told it has gone meanwhile")
    func lastForNobody() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/node.sock"
            let (listening, heard) = AsyncStream<Never>.makeStream()
            let (asked, ask) = AsyncStream<Never>.makeStream()
            let (gone, go) = AsyncStream<Never>.makeStream()
            let server = NodeSocketServer(path: path, logger: Self.logger) { _ in
                ask.finish()
                for await _ in gone {}
                return .last(.done(text: nil))
            }
            async let run: Void = server.run { heard.finish() }
            for await _ in listening {}
            await withTaskGroup { client in
                client.addTask { _ = try? await NodeSocketClient(path: path).ask(.shutdown) }
                for await _ in asked {}
                client.cancelAll()
            }
            go.finish()
            try await run
            #expect(access(path, F_OK) != 0)
        }
    }

    @Test("a socket that a killed node left is replaced")
    func stale() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/node.sock"
            try Self.leaveSocket(at: path)
            #expect(!SocketFile.isAnswered(path))
            try await serving(path) { _ in
                .one(.done(text: nil))
            } _: { (client: NodeSocketClient) async throws in
                #expect(try await client.ask(.status) == .done(text: nil))
            }
        }
    }

    @Test("a live socket is refused and left alone")
    func live() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/node.sock"
            try await serving(path) { _ in
                .one(.done(text: nil))
            } _: { (client: NodeSocketClient) async throws in
                let second = NodeSocketServer(path: path, logger: Self.logger) { _ in .one(.done(text: "second")) }
                await #expect(throws: EngineProblem.socketInUse(path: path)) { try await second.run() }
                #expect(try await client.ask(.status) == .done(text: nil))
            }
        }
    }

    @Test("a file that is no socket is not removed")
    func foreignFile() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/node.sock"
            #expect(FileManager.default.createFile(atPath: path, contents: nil))
            #expect(!SocketFile.removeStale(path))
            #expect(access(path, F_OK) == 0)
        }
    }

    @Test("a path too long for a socket is told")
    func longPath() {
        let path = "/tmp/" + String(repeating: "x", count: 120)
        #expect(throws: EngineProblem.self) { try SocketFile.prepare(path) }
    }

    /// A bound socket whose owner is gone.
    private static func leaveSocket(at path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
    }
}

extension NodeSocketTests {
    @Test("clients that come while the server ends do no harm")
    func ends() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/node.sock"
            for _ in 0..<20 {
                try await serving(path) { _ in
                    .one(.done(text: nil))
                } _: { (client: NodeSocketClient) async throws in
                    for _ in 0..<5 { #expect(SocketFile.isAnswered(path)) }
                }
                #expect(access(path, F_OK) != 0)
            }
        }
    }

    @Test("a line too long is refused, and the connection ends")
    func tooLong() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/node.sock"
            try await serving(path) { _ in
                .one(.done(text: nil))
            } _: { (client: NodeSocketClient) async throws in
                let invite = String(repeating: "x", count: SocketLines.requestLimit)
                guard case .refused(.request, let reason) = try await client.ask(.join(invite: invite)) else {
                    Issue.record("not refused")
                    return
                }
                #expect(reason.contains("65536"))
            }
        }
    }
}
