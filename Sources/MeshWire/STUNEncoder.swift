extension STUNMessage {
    /// A success with an IPv6 address, the longest answer that our relays give: 44 bytes.
    public static let longestSuccess = headerSize + 24
    private static let longestRequest = 508
    private static let softwareName = "meshtui"
    private static let successType: UInt16 = 0x0101

    /// A binding request, padded by SOFTWARE to `paddedLength` (rounded up to 4, at most 508), so that no answer of
    /// ours is longer than its question.
    public static func bindingRequest(
        transaction: TransactionID, paddedLength: Int = longestSuccess, change: ChangeRequest? = nil
    ) -> [UInt8] {
        var attributes: [UInt8] = []
        if let change {
            attributes.append(bigEndian: STUNAttribute.changeRequest)
            attributes.append(bigEndian: UInt16(4))
            attributes.append(bigEndian: change.rawValue)
        }
        let wanted = min((paddedLength + 3) & ~3, longestRequest) - headerSize - attributes.count
        if wanted > 4 {
            attributes.append(bigEndian: STUNAttribute.software)
            attributes.append(bigEndian: UInt16(wanted - 4))
            let name = softwareName.utf8.prefix(wanted - 4)
            attributes.append(contentsOf: name)
            attributes.append(contentsOf: repeatElement(0x20, count: wanted - 4 - name.count))
        }
        return header(binding, length: attributes.count, transaction) + attributes
    }

    /// The answer to a request, nil when the question is none or is shorter than its answer.
    public static func bindingSuccess(for request: Span<UInt8>, mapped: Endpoint) -> [UInt8]? {
        guard let question = try? decode(request), question.messageClass == .request else { return nil }
        var answer = [UInt8](repeating: 0, count: longestSuccess)
        let length = answer.withUnsafeMutableBytes {
            writeBindingSuccess(transaction: question.transaction, mapped: mapped, into: $0)
        }
        return length <= request.count ? [UInt8](answer.prefix(length)) : nil
    }

    /// Writes a binding success with XOR-MAPPED-ADDRESS and says how long it is, 0 when it doesn't fit. Allocates
    /// nothing.
    public static func writeBindingSuccess(
        transaction: TransactionID, mapped: Endpoint, into buffer: UnsafeMutableRawBufferPointer
    ) -> Int {
        let v4 = mapped.address.v4
        let valueLength = v4 == nil ? 20 : 8
        let total = headerSize + 4 + valueLength
        guard buffer.count >= total else { return 0 }
        func put<Integer: FixedWidthInteger>(_ value: Integer, at offset: Int) {
            buffer.storeBytes(of: value.bigEndian, toByteOffset: offset, as: Integer.self)
        }
        put(successType, at: 0)
        put(UInt16(4 + valueLength), at: 2)
        put(magicCookie, at: 4)
        put(transaction.a, at: 8)
        put(transaction.b, at: 12)
        put(transaction.c, at: 16)
        put(STUNAttribute.xorMappedAddress, at: 20)
        put(UInt16(valueLength), at: 22)
        put(UInt16(v4 == nil ? 2 : 1), at: 24)
        put(mapped.port ^ UInt16(magicCookie >> 16), at: 26)
        if let v4 {
            put(v4 ^ magicCookie, at: 28)
        } else {
            let mask = transaction.mask
            put(mapped.address.high ^ mask.0, at: 28)
            put(mapped.address.low ^ mask.1, at: 36)
        }
        return total
    }

    /// As the form for raw buffers, for a span.
    public static func writeBindingSuccess(
        transaction: TransactionID, mapped: Endpoint, into span: inout MutableSpan<UInt8>
    ) -> Int {
        span.withUnsafeMutableBytes { writeBindingSuccess(transaction: transaction, mapped: mapped, into: $0) }
    }

    private static func header(_ type: UInt16, length: Int, _ transaction: TransactionID) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: type)
        bytes.append(bigEndian: UInt16(length))
        bytes.append(bigEndian: magicCookie)
        bytes.append(bigEndian: transaction.a)
        bytes.append(bigEndian: transaction.b)
        bytes.append(bigEndian: transaction.c)
        return bytes
    }
}
