extension IPAddress: CustomStringConvertible, LosslessStringConvertible, Codable {
    /// Dotted decimal, or RFC 5952's form of IPv6.
    public var description: String {
        if let v4 { return (0..<4).map { String(v4 >> UInt32(24 - 8 * $0) & 0xff) }.joined(separator: ".") }
        let bytes = self.bytes
        let groups = (0..<8).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(1, best.count) { best = start..<end }
            start = max(end, start + 1)
        }
        func text(_ range: Range<Int>) -> String {
            range.map { String(groups[$0], radix: 16) }.joined(separator: ":")
        }
        return best.isEmpty ? text(0..<8) : text(0..<best.lowerBound) + "::" + text(best.upperBound..<8)
    }

    /// Dotted decimal or colon-separated text; nil for anything else, so a host name is never taken for an address.
    public init?(_ text: String) {
        if let v4 = Self.parseV4(text) {
            self.init(v4: v4)
            return
        }
        let halves = text.split(separator: ":", omittingEmptySubsequences: false)
        guard halves.count >= 3, halves.count <= 9 else { return nil }
        var head: [UInt16] = []
        var tail: [UInt16]?
        var index = 0
        while index < halves.count {
            let part = halves[index]
            if part.isEmpty {
                let edge = index == 0 || index == halves.count - 1
                if edge {
                    // A leading or trailing colon stands only as half of "::".
                    let neighbour = index == 0 ? halves[1] : halves[index - 1]
                    guard neighbour.isEmpty else { return nil }
                }
                if !edge || halves.count == 3 && index == 1 {
                    guard tail == nil else { return nil }
                    tail = []
                }
            } else {
                guard part.utf8.count <= 4, let value = UInt16(part, radix: 16), part.first != "+" else { return nil }
                if tail == nil { head.append(value) } else { tail?.append(value) }
            }
            index += 1
        }
        let given = head.count + (tail?.count ?? 0)
        guard tail == nil ? given == 8 : given < 8 else { return nil }
        let groups = head + [UInt16](repeating: 0, count: 8 - given) + (tail ?? [])
        func word(_ range: Range<Int>) -> UInt64 { range.reduce(0) { $0 << 16 | UInt64(groups[$1]) } }
        self.init(high: word(0..<4), low: word(4..<8))
    }

    private static func parseV4(_ text: String) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var result: UInt32 = 0
        for part in parts {
            guard part.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), part.count <= 3, let octet = UInt8(part) else {
                return nil
            }
            result = result << 8 | UInt32(octet)
        }
        return result
    }

    /// One string, as `description` writes it.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = IPAddress(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "expected an IP address")
        }
        self = value
    }

    /// One string, as `description` writes it.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
