import Foundation
import Glibc
import Synchronization

/// An HTTP server that lies in bytes: it reads a request's head and answers with what no honest server would send. It
/// listens on loopback, and each connection is served on a thread of its own, because the client under test needs the
/// pool. Add a lie here, and every test that goes through `Lie.all` meets it.
final class LyingServer: Sendable {
    enum Lie: Sendable {
        /// These bytes, and then the connection is closed.
        case bytes(String)
        /// An honest head of this content type with this body.
        case answer(Int, String, String)
        /// An event stream whose lines are this one, for ever.
        case endless(String)
        /// A head that never ends.
        case endlessHead
        /// A body of so many bytes, as fast as they are read.
        case body(Int)
        /// A byte of the answer each 50 ms.
        case dripping
        /// An event stream that is closed as soon as it is open.
        case closedStream
        case closed
        case silence

        /// What is sent to any request.
        static let all: [Lie] = [
            .bytes(""), .bytes("\u{0}\u{1}\u{2}"), .bytes("HTTP/1.1 200 OK\r\n"), .bytes("SSH-2.0-OpenSSH_9.6\r\n"),
            .bytes("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{}"),
            .bytes("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}"),
            .bytes("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{}"),
            .bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}"),
            .bytes("HTTP/1.1 999 \u{1b}[2J\r\n\r\n"),
            .bytes("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n"),
            .answer(404, "text/html", "<html><title>\u{1b}[31mNot here</title></html>"),
            .answer(200, "text/html", "<html>It works!</html>"), .answer(200, "application/json", "{}"),
            .answer(200, "application/json", "[[[["), .answer(200, "application/json", "null"),
            .answer(200, "application/json", String(repeating: "[", count: 100_000)),
            .answer(404, "application/problem+json", #"{"type":"urn:meshtui:problem:unknown","detail":"this party"}"#),
            .answer(
                429, "application/problem+json",
                #"{"type":"urn:meshtui:problem:busy","title":"","status":429,"detail":"","retryAfter":18446744073709551615}"#
            ),
            .answer(
                503, "application/problem+json",
                #"{"type":"urn:meshtui:problem:unavailable","title":"\u001b]0;x\u0007","status":503,"detail":"a\r\nb"}"#
            ),
            .endless("data: x\n"), .endlessHead, .body(64 << 20), .dripping, .closedStream, .closed, .silence,
        ]
    }

    private struct State {
        var isStopped = false
        var connections: [Int32] = []
        var requests: [String: Int] = [:]
        var sent = 0
    }

    let port: UInt16
    private let listener: Int32
    private let state = Mutex(State())
    private let lie: @Sendable (String) -> Lie

    /// - Parameter lie: what a request is answered with, by its method and path: `GET /v1/relays`.
    init(_ lie: @escaping @Sendable (String) -> Lie) throws {
        self.lie = lie
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let (listener, size) = (listener, length)
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, size) == 0 }
        }
        guard isBound, listen(listener, 64) == 0 else { throw RawHTTP.Failure(code: errno) }
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &length) }
        }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { self.accept() }
    }

    /// Runs a server as long as `body`.
    static func run<Value>(
        _ lie: @escaping @Sendable (String) -> Lie, _ body: (LyingServer) async throws -> Value
    ) async throws -> Value {
        let server = try LyingServer(lie)
        defer { server.stop() }
        return try await body(server)
    }

    /// Bytes that have left, to all connections.
    var sent: Int { state.withLock { $0.sent } }
    /// Requests whose head has come, by method and path.
    func requests(_ name: String) -> Int { state.withLock { $0.requests[name, default: 0] } }

    /// Ends all connections.
    func stop() {
        let connections = state.withLock { state in
            state.isStopped = true
            return state.connections
        }
        for connection in connections { shutdown(connection, Int32(SHUT_RDWR)) }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private var isStopped: Bool { state.withLock { $0.isStopped } }

    private func accept() {
        while !isStopped {
            let connection = Glibc.accept(listener, nil, nil)
            guard connection >= 0 else { break }
            state.withLock { $0.connections.append(connection) }
            Thread.detachNewThread { self.serve(connection) }
        }
        close(listener)
    }

    private func serve(_ connection: Int32) {
        defer {
            state.withLock { state in state.connections.removeAll { $0 == connection } }
            close(connection)
        }
        guard let name = readHead(connection) else { return }
        state.withLock { $0.requests[name, default: 0] += 1 }
        tell(lie(name), connection)
    }

    private func tell(_ lie: Lie, _ connection: Int32) {
        let stream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
        switch lie {
        case .bytes(let text): _ = send(text, connection)
        case .answer(let status, let type, let body):
            let head =
                "HTTP/1.1 \(status) X\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
            _ = send(head + body, connection)
        case .endless(let line):
            let lines = String(repeating: line, count: max(1, 16_384 / line.utf8.count))
            guard send(stream, connection) else { return }
            while !isStopped, send(lines, connection) {}
        case .endlessHead:
            guard send("HTTP/1.1 200 OK\r\n", connection) else { return }
            let lines = String(repeating: "X-Lie: \(String(repeating: "x", count: 1_000))\r\n", count: 16)
            while !isStopped, send(lines, connection) {}
        case .body(let count):
            guard send("HTTP/1.1 200 OK\r\nContent-Length: \(count)\r\n\r\n", connection) else { return }
            let piece = String(repeating: " ", count: 65_536)
            for _ in 0..<count / 65_536 where !isStopped { guard send(piece, connection) else { return } }
        case .dripping:
            for byte in "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" {
                guard send("\(byte)", connection) else { return }
            }
            while !isStopped, send(" ", connection) { usleep(50_000) }
        case .closedStream: _ = send(stream, connection)
        case .closed: break
        case .silence:
            var byte: UInt8 = 0
            while recv(connection, &byte, 1, 0) > 0 {}
        }
    }

    /// Method and path of a request whose head is complete.
    private func readHead(_ connection: Int32) -> String? {
        var head = ""
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while !head.contains("\r\n\r\n") {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0, head.utf8.count < 65_536 else { return nil }
            head += String(decoding: buffer[..<count], as: UTF8.self)
        }
        return head.split(separator: " ").prefix(2).joined(separator: " ")
    }

    private func send(_ text: String, _ connection: Int32) -> Bool {
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            done += count
            state.withLock { $0.sent += count }
        }
        return true
    }
}
