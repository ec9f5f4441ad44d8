/// An IPv4 address in host byte order, which is all the lab's internet routes by.
struct IPv4: Hashable, Comparable, Sendable {
    let value: UInt32

    init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
        value = UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d)
    }

    init(value: UInt32) { self.value = value }

    /// Reads dotted decimal; nil for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard parts.count == 4, let a = parts[0], let b = parts[1], let c = parts[2], let d = parts[3] else {
            return nil
        }
        self.init(a, b, c, d)
    }

    static func < (left: IPv4, right: IPv4) -> Bool { left.value < right.value }
}

extension IPv4: CustomStringConvertible {
    var description: String { (0..<4).map { String(value >> (24 - 8 * $0) & 255) }.joined(separator: ".") }
}

extension IPv4: Codable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let address = IPv4(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an IPv4 address")
        }
        self = address
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
