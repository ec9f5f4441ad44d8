/// One field of what may grow: type:1 length:1 value. Types from 128 up mean "made by a newer version".
public struct Field: Hashable, Sendable {
    /// What the value is; below 128 an unknown type is skipped.
    public let type: UInt8
    /// At most 255 bytes; what is more is cut when it is encoded.
    public let value: [UInt8]
    /// An `ext` has at most so many bytes.
    public static let maximumBytes = 1_024

    /// A field of its parts.
    public init(type: UInt8, value: [UInt8]) { (self.type, self.value) = (type, value) }

    /// Reads fields to the end of a range: `short` when one runs over it, `newer` for a type from 128 up.
    static func decode(_ span: Span<UInt8>, _ range: Range<Int>) throws(Refusal) -> [Field] {
        var cursor = ByteCursor(range)
        var result: [Field] = []
        while cursor.left > 0 {
            let type = try cursor.byte(span)
            let length = Int(try cursor.byte(span))
            let value = try cursor.array(length, span)
            guard type < 128 else { throw .newer }
            result.append(Field(type: type, value: value))
        }
        return result
    }
}

extension ByteCursor {
    /// extLen:2 ext:m.
    mutating func ext(_ span: Span<UInt8>) throws(Refusal) -> [Field] {
        let length = Int(try uint16(span))
        guard length <= Field.maximumBytes else { throw .range }
        let start = try take(length)
        return try Field.decode(span, start..<start + length)
    }
}

extension [UInt8] {
    mutating func append(fields: [Field]) {
        for field in fields {
            append(field.type)
            append(UInt8(Swift.min(255, field.value.count)))
            append(contentsOf: field.value.prefix(255))
        }
    }

    /// extLen:2 ext:m. Fields that would pass 1,024 bytes are left out, from the first that does on.
    mutating func append(ext fields: [Field]) {
        var bytes: [UInt8] = []
        for field in fields {
            guard bytes.count + 2 + Swift.min(255, field.value.count) <= Field.maximumBytes else { break }
            bytes.append(fields: [field])
        }
        append(bigEndian: UInt16(bytes.count))
        append(contentsOf: bytes)
    }
}
