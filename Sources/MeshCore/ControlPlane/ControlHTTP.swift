import AsyncHTTPClient
import Glibc
import MeshRules
import MeshWire
import NIOCore
import NIOHTTP1
import NIOPosix

/// HTTP as the clients of a control server speak it.
struct ControlHTTP: Sendable {
    /// What a whole request may take.
    static let timeout: Duration = .seconds(5)
    /// Three signs of life of an event stream.
    private static let silence: TimeAmount = .seconds(45)
    private static let largestAnswer = 1 << 20

    /// One for the process: it has no state of its own but its connections, and is never shut down.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.timeout = .init(connect: .seconds(3), read: silence)
        configuration.redirectConfiguration = .disallow
        // Another server, or a later try, is our own decision.
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    struct Answer: Sendable {
        var status: Int
        var body: [UInt8]
    }

    /// Why there is no answer, in a few words.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    static func send(_ route: ControlRoute, to address: ControlAddress, bearer: String?) async throws(Failure) -> Answer
    {
        var request = request(to: address, path: route.path, bearer: bearer)
        request.method = HTTPMethod(rawValue: route.method.rawValue)
        if let body = route.body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(body)
        }
        do {
            return try await within(timeout) { [request] in
                let response = try await client.execute(request, deadline: .distantFuture)
                let body = try await response.body.collect(upTo: largestAnswer)
                return Answer(status: Int(response.status.code), body: Array(body.readableBytesView))
            }
        } catch {
            throw failure(error)
        }
    }

    /// The library's own deadline ends with the head: a body that drips would be waited for.
    private static func within<Value: Sendable>(
        _ limit: Duration, _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw HTTPClientError.deadlineExceeded
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    /// Opens the event stream and hands over what arrives until it ends; `opened` gets the status and the content type.
    /// Throws when it can't be opened or breaks.
    static func follow(
        path: String, at address: ControlAddress, bearer: String, after event: UInt64,
        opened: (Int, String?) async throws -> Bool, received: ([UInt8]) async throws -> Void
    ) async throws {
        var request = request(to: address, path: path, bearer: bearer)
        request.headers.add(name: "Accept", value: "text/event-stream")
        request.headers.add(name: "Last-Event-ID", value: "\(event)")
        let response = try await within(timeout) { [request] in
            try await client.execute(request, deadline: .distantFuture)
        }
        let type = response.headers.first(name: "Content-Type")
        guard try await opened(Int(response.status.code), type) else { return }
        for try await chunk in response.body { try await received(Array(chunk.readableBytesView)) }
    }

    static func failure(_ error: any Error) -> Failure {
        switch error {
        case let error as HTTPClientError where error == .connectTimeout:
            Failure(description: "no answer")
        case let error as HTTPClientError where error == .deadlineExceeded:
            Failure(description: "no answer within \(timeout)")
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            Failure(description: "the connection was refused")
        case let error as IOError where [EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode):
            Failure(description: "there is no way to it")
        case let error as NIOConnectionError:
            Failure(
                description: error.dnsAError.map { "its name is unknown (\($0))" } ?? "it can't be reached")
        default:
            Failure(description: PrintableLine.text("\(error)") ?? "what it sends is no answer")
        }
    }

    private static func request(to address: ControlAddress, path: String, bearer: String?) -> HTTPClientRequest {
        let host = address.host.contains(":") ? "[\(address.host)]" : address.host
        var request = HTTPClientRequest(url: "http://\(host):\(address.port)\(path)")
        if let bearer { request.headers.add(name: "Authorization", value: "Bearer \(bearer)") }
        return request
    }
}

extension ControlHTTP.Answer {
    /// What the server says, or the refusal that it answers instead.
    func read<Value>(
        _ decode: ([UInt8]) throws(ControlJSON.Unreadable) -> Value
    ) throws(ControlRefusal) -> Value {
        var problem: ControlProblem
        do throws(ControlJSON.Unreadable) {
            if (200..<300).contains(status) { return try decode(body) }
            problem = try ControlJSON.decode(ControlProblem.self, from: body)
        } catch {
            throw .unreachable("its answer (\(status)) can't be understood: \(error)")
        }
        // The status that was sent, not the one that the document repeats.
        problem.status = status
        throw problem.refusal
    }
}
