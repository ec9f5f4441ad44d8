import HTTPTypes
import Hummingbird
import MeshCore
import MeshRules
import MeshWire
import NIOCore

extension Request {
    /// The token of `Authorization: Bearer TOKEN`.
    var bearer: String? {
        guard let value = headers[.authorization], value.hasPrefix("Bearer ") else { return nil }
        return String(value.dropFirst("Bearer ".count))
    }

    /// The number of the last event that the reader has heard.
    var lastEvent: UInt64? { HTTPField.Name("Last-Event-ID").flatMap { headers[$0] }.flatMap { UInt64($0) } }

    /// The body's JSON. Throws what is wrong with it.
    func decode<Value: Decodable>(_ type: Value.Type) async throws -> Value {
        // A web page of another origin can't send this type without asking first (CORS), and is not answered then.
        guard headers[.contentType].map({ $0.lowercased().hasPrefix("application/json") }) ?? false else {
            throw RequestProblem(415, "Not understood", "the body's type must be application/json")
        }
        let buffer: ByteBuffer
        do {
            buffer = try await body.collect(upTo: ControlContext.largestBody)
        } catch is NIOTooManyBytesError {
            throw RequestProblem(413, "Too long", "a request has at most \(ControlContext.largestBody) bytes")
        }
        do {
            return try ControlJSON.decode(type, from: Array(buffer.readableBytesView))
        } catch {
            throw RequestProblem(422, "Not understood", "\(error)")
        }
    }

    func update() async throws -> ControlRequest {
        let body = try await decode(ControlJSON.Update.self)
        do { return try body.request() } catch { throw RequestProblem(422, "Not understood", "\(error)") }
    }
}

extension ControlContext {
    /// An ID of the path; throws when it is none.
    func id<ID: FixedBytes>(_ name: String) throws -> ID {
        guard let text = parameters.get(name), let id = ID(hex: text) else {
            throw RequestProblem(422, "Not understood", "the \(name) in the path is no ID in hex")
        }
        return id
    }
}
