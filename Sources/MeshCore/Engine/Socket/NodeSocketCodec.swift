import FoundationEssentials

/// Requests and replies as lines of JSON.
package enum NodeSocketCodec {
    /// Why a line is no request (or no reply); the text is for whoever wrote it.
    package struct Unreadable: Error, Equatable, CustomStringConvertible {
        /// What is wrong, then what to send or to do.
        package let description: String
    }

    /// The bytes of a line with its end. Keys are sorted, so that equal values are equal bytes.
    package static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value)) + [0x0a]
    }

    /// A client's line without its end.
    package static func request(_ line: [UInt8]) throws(Unreadable) -> NodeRequest {
        do {
            return try JSONDecoder().decode(NodeRequest.self, from: Data(line))
        } catch {
            throw Unreadable(description: reason(error) + ": send one line of JSON such as {\"command\":\"status\"}")
        }
    }

    /// A node's line without its end.
    package static func reply(_ line: [UInt8]) throws(Unreadable) -> NodeReply {
        do {
            return try JSONDecoder().decode(NodeReply.self, from: Data(line))
        } catch {
            throw Unreadable(
                description:
                    "the node's answer was not understood, \(reason(error)): use the version of meshtui that the node runs"
            )
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error as? DecodingError {
        case .keyNotFound(let key, _): "“\(key.stringValue)” is missing"
        case .valueNotFound(_, let context), .typeMismatch(_, let context):
            "“\(path(context))” is not what it should be"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty: "“\(path(context))” can't be read"
        default: "that is not JSON"
        }
    }

    private static func path(_ context: DecodingError.Context) -> String {
        context.codingPath.map(\.stringValue).joined(separator: ".")
    }
}
