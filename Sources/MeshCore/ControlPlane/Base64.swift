import FoundationEssentials
package import MeshWire

/// Bytes as JSON carries them: one string in base64 (RFC 4648 §4).
package struct Base64Bytes: Codable, Equatable, Sendable {
    /// What the text stands for.
    package var bytes: [UInt8]

    /// Any number of bytes.
    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Throws `DecodingError.dataCorrupted` for what is no base64, and for another number of bytes.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let data = Data(base64Encoded: try container.decode(String.self)) else {
            throw ControlJSON.unreadable("expected base64", in: container)
        }
        bytes = [UInt8](data)
    }

    /// One string, padded.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Data(bytes).base64EncodedString())
    }
}

/// Bytes of a fixed number as JSON carries them; another number is refused.
package struct Base64Fixed<Value: FixedBytes>: Codable, Equatable, Sendable {
    /// A key, an ID, a nonce.
    package var value: Value

    /// From the value.
    package init(_ value: Value) { self.value = value }

    /// Throws `DecodingError.dataCorrupted` for what is no base64, and for another number of bytes.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Value(try container.decode(Base64Bytes.self).bytes) else {
            throw ControlJSON.unreadable("expected \(Value.count) bytes in base64", in: container)
        }
        self.value = value
    }

    /// One string, padded.
    package func encode(to encoder: any Encoder) throws { try Base64Bytes(value.bytes).encode(to: encoder) }
}

extension ControlJSON {
    /// A decoding error whose words are for people.
    static func unreadable(_ words: String, in container: any SingleValueDecodingContainer) -> DecodingError {
        .dataCorrupted(
            DecodingError.Context(
                codingPath: container.codingPath, debugDescription: words,
                underlyingError: Unreadable(description: words)))
    }
}
