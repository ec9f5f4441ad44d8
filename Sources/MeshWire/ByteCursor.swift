/// Reads fields one after another out of a span that is handed in each time, because a struct can't hold one yet.
/// Whatever is not there is `short`; whatever is left over at the end is `long`.
struct ByteCursor {
    private(set) var offset: Int
    let end: Int

    init(_ range: Range<Int>) { (offset, end) = (range.lowerBound, range.upperBound) }

    /// How many bytes are left.
    var left: Int { end - offset }

    /// Moves over `count` bytes and says where they begin.
    mutating func take(_ count: Int) throws(Refusal) -> Int {
        guard left >= count else { throw .short }
        offset += count
        return offset - count
    }

    mutating func byte(_ span: Span<UInt8>) throws(Refusal) -> UInt8 { span[try take(1)] }
    mutating func uint16(_ span: Span<UInt8>) throws(Refusal) -> UInt16 { span.uint16(at: try take(2)) }
    mutating func uint32(_ span: Span<UInt8>) throws(Refusal) -> UInt32 { span.uint32(at: try take(4)) }
    mutating func uint64(_ span: Span<UInt8>) throws(Refusal) -> UInt64 { span.uint64(at: try take(8)) }

    mutating func fixed<Value: FixedBytes>(_ span: Span<UInt8>) throws(Refusal) -> Value {
        Value(span, at: try take(Value.count))
    }

    mutating func array(_ count: Int, _ span: Span<UInt8>) throws(Refusal) -> [UInt8] {
        let start = try take(count)
        return span.array(start..<start + count)
    }

    /// A canonical Ed25519 key, else `key`.
    mutating func signingKey(_ span: Span<UInt8>) throws(Refusal) -> PublicKey {
        let key: PublicKey = try fixed(span)
        guard KeyRules.allowsEd25519(key) else { throw .key }
        return key
    }

    /// A canonical X25519 key, else `key`.
    mutating func agreementKey(_ span: Span<UInt8>) throws(Refusal) -> PublicKey {
        let key: PublicKey = try fixed(span)
        guard KeyRules.allowsX25519(key) else { throw .key }
        return key
    }

    func finish() throws(Refusal) {
        guard left == 0 else { throw .long }
    }
}
