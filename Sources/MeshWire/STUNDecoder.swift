extension STUNMessage {
    /// Reads a binding message. Allocates nothing. `magic` when it is no STUN, `kind` when it is no binding, `checksum`
    /// when its fingerprint is wrong.
    public static func decode(_ span: Span<UInt8>) throws(Refusal) -> STUNMessage {
        guard span.count >= headerSize else { throw .short }
        let type = span.uint16(at: 0)
        guard type >> 14 == 0, span.uint32(at: 4) == magicCookie else { throw .magic }
        guard isBinding(type) else { throw .kind }
        let length = Int(span.uint16(at: 2))
        guard length % 4 == 0 else { throw .range }
        guard span.count >= headerSize + length else { throw .short }
        guard span.count == headerSize + length else { throw .long }
        var message = STUNMessage(type: type, transaction: TransactionID(span, at: 8))
        try message.readAttributes(span)
        return message
    }

    private mutating func readAttributes(_ span: Span<UInt8>) throws(Refusal) {
        var cursor = ByteCursor(Self.headerSize..<span.count)
        var isProtected = false
        while cursor.left > 0 {
            let start = cursor.offset
            let type = try cursor.uint16(span)
            let length = Int(try cursor.uint16(span))
            let at = try cursor.take((length + 3) & ~3)
            if type == STUNAttribute.fingerprint {
                guard length == 4, cursor.left == 0 else { throw .range }
                let expected = CRC32.checksum(span, 0..<start) ^ CRC32.stunMask
                guard span.uint32(at: at) == expected else { throw .checksum }
                hasFingerprint = true
            } else if !isProtected {
                // RFC 8489 §14.5: what follows MESSAGE-INTEGRITY, but for the fingerprint, is ignored.
                isProtected = type == STUNAttribute.messageIntegrity
                try read(type, span, at..<at + length)
            }
        }
    }

    private mutating func read(_ type: UInt16, _ span: Span<UInt8>, _ range: Range<Int>) throws(Refusal) {
        switch type {
        case STUNAttribute.xorMappedAddress: first(&xorMapped, try endpoint(span, range, isXored: true))
        case STUNAttribute.mappedAddress: first(&mapped, try endpoint(span, range))
        case STUNAttribute.otherAddress, STUNAttribute.changedAddress:
            first(&otherAddress, try endpoint(span, range))
        case STUNAttribute.responseOrigin, STUNAttribute.sourceAddress:
            first(&responseOrigin, try endpoint(span, range))
        case STUNAttribute.changeRequest:
            guard range.count == 4 else { throw .range }
            first(&changeRequest, ChangeRequest(rawValue: span.uint32(at: range.lowerBound)))
        case STUNAttribute.errorCode:
            guard range.count >= 4 else { throw .short }
            first(&errorCode, Int(span[range.lowerBound + 2] & 7) * 100 + Int(span[range.lowerBound + 3]))
        case STUNAttribute.username, STUNAttribute.messageIntegrity, STUNAttribute.realm, STUNAttribute.nonce,
            STUNAttribute.priority, STUNAttribute.padding:
            break
        default: if type < STUNAttribute.optional { hasUnknownRequired = true }
        }
    }

    /// RFC 8489 §14: only the first of several equal attributes counts.
    private func first<Value>(_ place: inout Value?, _ value: Value) {
        if place == nil { place = value }
    }

    /// zero:1 family:1 port:2 address:4|16 (RFC 8489 §14.1 and §14.2).
    private func endpoint(
        _ span: Span<UInt8>, _ range: Range<Int>, isXored: Bool = false
    ) throws(Refusal) -> Endpoint {
        guard range.count >= 8 else { throw .short }
        let at = range.lowerBound
        let port = span.uint16(at: at + 2) ^ (isXored ? UInt16(Self.magicCookie >> 16) : 0)
        switch (span[at + 1], range.count) {
        case (1, 8):
            return Endpoint(IPAddress(v4: span.uint32(at: at + 4) ^ (isXored ? Self.magicCookie : 0)), port)
        case (2, 20):
            let mask = isXored ? transaction.mask : (0, 0)
            let (high, low) = (span.uint64(at: at + 4) ^ mask.0, span.uint64(at: at + 12) ^ mask.1)
            return Endpoint(IPAddress(high: high, low: low), port)
        default: throw .range
        }
    }
}

extension TransactionID {
    /// cookie:4 transaction:12, what an IPv6 address is combined with.
    var mask: (UInt64, UInt64) {
        (UInt64(STUNMessage.magicCookie) << 32 | UInt64(a), UInt64(b) << 32 | UInt64(c))
    }
}
