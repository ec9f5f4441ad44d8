internal import MeshWire

/// The ones' complement sum of IP, UDP and ICMP (RFC 1071).
struct InternetChecksum {
    private var sum: UInt64 = 0

    mutating func add(_ word: UInt32) { sum += UInt64(word >> 16) + UInt64(word & 0xffff) }

    /// An odd last byte counts as if a zero followed, so only the last piece may be odd.
    mutating func add(_ bytes: Span<UInt8>) {
        var offset = 0
        while offset + 1 < bytes.count {
            sum += UInt64(bytes.uint16(at: offset))
            offset += 2
        }
        if offset < bytes.count { sum += UInt64(bytes[offset]) << 8 }
    }

    /// What the checksum field holds.
    var value: UInt16 {
        var folded = sum
        while folded > 0xffff { folded = folded >> 16 + folded & 0xffff }
        return ~UInt16(folded)
    }
}
