/// What an invite and the reply to one have in common: a prefix, base32, `version:1 length:1(of all) … checksum:4`.
/// Checked in this order, each with its own refusal: prefix, letters, version, length, checksum.
enum CodeText {
    static let checksumSize = 4
    static let maximumBytes = 255

    static func decode(
        _ text: String, prefix: String, checksum: ([UInt8]) -> [UInt8]
    ) throws(Refusal) -> [UInt8] {
        let letters = Base32.normalised(text)
        guard letters.starts(with: prefix.utf8) else { throw .prefix }
        let (bytes, spare) = try Base32.decode(letters.dropFirst(prefix.utf8.count))
        try check(bytes, checksum: checksum) { () throws(Refusal) in
            guard spare.bits < 5 else { throw .long }
            guard spare.value == 0 else { throw .base32 }
        }
        return bytes
    }

    /// `afterLength` runs once the length is known to be right.
    static func check(
        _ bytes: [UInt8], checksum: ([UInt8]) -> [UInt8], afterLength: () throws(Refusal) -> Void = {}
    ) throws(Refusal) {
        guard let version = bytes.first else { throw .short }
        guard version == WireHead.version else { throw .newer }
        guard bytes.count >= 2 + checksumSize, bytes.count >= Int(bytes[1]) else { throw .short }
        guard bytes.count == Int(bytes[1]) else { throw .long }
        try afterLength()
        let body = [UInt8](bytes.dropLast(checksumSize))
        guard checksum(body).prefix(checksumSize).elementsEqual(bytes.suffix(checksumSize)) else { throw .checksum }
    }

    /// Puts version, length and checksum around a body; `range` when it doesn't fit the length byte.
    static func encode(_ body: [UInt8], checksum: ([UInt8]) -> [UInt8]) throws(Refusal) -> [UInt8] {
        let length = 2 + body.count + checksumSize
        guard length <= maximumBytes else { throw .range }
        let covered = [WireHead.version, UInt8(length)] + body
        return covered + checksum(covered).prefix(checksumSize)
    }
}

extension ByteCursor {
    /// kind:1(4|6) address.
    mutating func address(kind: UInt8, _ span: Span<UInt8>) throws(Refusal) -> IPAddress {
        switch kind {
        case 4: return IPAddress(v4: try uint32(span))
        case 6: return IPAddress(span, at: try take(16))
        default: throw .range
        }
    }

    /// candidates{kind:1(4|6) address port:2} to the end.
    mutating func candidates(_ span: Span<UInt8>) throws(Refusal) -> [Endpoint] {
        var result: [Endpoint] = []
        while left > 0 {
            let address = try address(kind: try byte(span), span)
            result.append(Endpoint(address, try uint16(span)))
        }
        return result
    }
}

extension [UInt8] {
    mutating func append(short address: IPAddress) {
        if let v4 = address.v4 {
            append(4)
            append(bigEndian: v4)
        } else {
            append(6)
            append(contentsOf: address.bytes)
        }
    }

    mutating func append(candidates: [Endpoint]) {
        for candidate in candidates {
            append(short: candidate.address)
            append(bigEndian: candidate.port)
        }
    }
}
