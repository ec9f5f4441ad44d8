/// An address of 128 bits: IPv6, or IPv4 in its mapped form ::ffff:a.b.c.d, so that IPv6 paths need no other type.
public struct IPAddress: Hashable, Comparable, Sendable {
    /// The first eight bytes, big-endian.
    public let high: UInt64
    /// The last eight bytes, big-endian.
    public let low: UInt64
    private static let mapped: UInt64 = 0xffff_0000_0000

    /// The unspecified address `::`.
    public init() { (high, low) = (0, 0) }
    /// An IPv4 address, given as a number (192.0.2.1 is 0xc0000201).
    public init(v4: UInt32) { (high, low) = (0, Self.mapped | UInt64(v4)) }
    /// Sixteen bytes from `offset`, as an `end` of PROTOCOL.md carries them.
    public init(_ span: Span<UInt8>, at offset: Int) {
        (high, low) = (span.uint64(at: offset), span.uint64(at: offset + 8))
    }
    /// From the two big-endian halves.
    public init(high: UInt64, low: UInt64) { (self.high, self.low) = (high, low) }

    /// The number of an IPv4 address, nil for IPv6.
    public var v4: UInt32? { high == 0 && low >> 32 == 0xffff ? UInt32(truncatingIfNeeded: low) : nil }
    /// The sixteen bytes.
    public var bytes: [UInt8] {
        var result: [UInt8] = []
        result.append(bigEndian: high)
        result.append(bigEndian: low)
        return result
    }
    /// Byte by byte.
    public static func < (left: IPAddress, right: IPAddress) -> Bool { (left.high, left.low) < (right.high, right.low) }

    /// 0.0.0.0/8 or `::`.
    public var isUnspecified: Bool { v4.map { $0 >> 24 == 0 } ?? (high == 0 && low == 0) }
    /// 127.0.0.0/8 or `::1`.
    public var isLoopback: Bool { v4.map { $0 >> 24 == 127 } ?? (high == 0 && low == 1) }
    /// 169.254.0.0/16 or fe80::/10.
    public var isLinkLocal: Bool { v4.map { $0 >> 16 == 0xa9fe } ?? (high >> 54 == 0x3fa) }
    /// 224.0.0.0/4 or ff00::/8.
    public var isMulticast: Bool { v4.map { $0 >> 28 == 14 } ?? (high >> 56 == 0xff) }
    /// 240.0.0.0/4, which holds 255.255.255.255.
    public var isBroadcast: Bool { v4.map { $0 >> 28 == 15 } ?? false }
    /// RFC 1918, RFC 6598 (shared by a carrier) or fc00::/7.
    public var isPrivate: Bool {
        guard let v4 else { return high >> 57 == 0x7e }
        return v4 >> 24 == 10 || v4 >> 20 == 0xac1 || v4 >> 16 == 0xc0a8 || v4 >> 22 == 0x191
    }
    /// Whether a datagram may be sent there because somebody else said so.
    public var isReachable: Bool { !(isUnspecified || isLoopback || isLinkLocal || isMulticast || isBroadcast) }
    /// Whether the address lies within an IPv4 network.
    public func isIn(network: UInt32, prefix: Int) -> Bool {
        guard let v4, prefix > 0 else { return v4 != nil && prefix == 0 }
        let mask = UInt32.max << UInt32(32 - prefix)
        return v4 & mask == network & mask
    }
}
