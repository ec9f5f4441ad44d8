import FoundationEssentials
import MeshWire

/// The control API's JSON (PROTOCOL.md §6): bytes in base64, IDs in lower-case hex, times in seconds since 1970. Client
/// and server share it, so that they can't differ.
package enum ControlJSON {
    /// What could not be read, in a few words for a person.
    package struct Unreadable: Error, Equatable, CustomStringConvertible {
        /// Which key, and what was expected there.
        package var description: String
    }

    /// Keys are sorted, so that the same value always gives the same bytes.
    package static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Fails only for numbers that are not finite, and none of ours is a fraction.
        return (try? encoder.encode(value)).map { [UInt8]($0) } ?? []
    }

    /// Throws what is missing or of another type, by its path.
    package static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8]
    ) throws(Unreadable) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            // What was not understood may stand in the words, as it came.
            throw Unreadable(description: PrintableLine.text(text(of: error)) ?? "it is not as expected")
        } catch {
            throw Unreadable(description: "it is no JSON")
        }
    }

    private static func text(of error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "“\(key.stringValue)” is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context): text(of: context)
        case .dataCorrupted(let context):
            // Ours say what was expected; Foundation's are for its own developers.
            context.underlyingError is Unreadable
                ? "\(text(of: context)), \(context.debugDescription)" : text(of: context)
        @unknown default: "it is not as expected"
        }
    }

    private static func text(of context: DecodingError.Context) -> String {
        guard !context.codingPath.isEmpty else { return "it is no JSON of the expected form" }
        let path = context.codingPath.map(\.stringValue).joined(separator: ".")
        return "“\(path.prefix(100))” is not as expected"
    }
}
