/// A relay's answer to a HELLO whose cookie is zero or stale (PROTOCOL.md §4), 32 bytes.
///
/// ```
/// "mtui" version:1 kind:1=2 zero:2 request:8 cookie:16
/// ```
public struct Challenge: Hashable, Sendable {
    /// The HELLO's.
    public let request: UInt64
    /// What to send next.
    public let cookie: Bytes16
    /// 2.
    public static let kind: UInt8 = 2
    /// 32 bytes.
    public static let size = 32

    /// A challenge of its parts.
    public init(request: UInt64, cookie: Bytes16) { (self.request, self.cookie) = (request, cookie) }

    /// The datagram.
    public func encode() -> [UInt8] {
        var bytes = WireHead.bytes(kind: Self.kind, capacity: Self.size)
        bytes += [0, 0]
        bytes.append(bigEndian: request)
        return bytes + cookie.bytes
    }

    /// Checks head and length. Allocates nothing.
    public static func decode(_ span: Span<UInt8>) throws(Refusal) -> Challenge {
        try WireHead.check(span, kind: kind)
        try WireHead.length(span, size)
        return Challenge(request: span.uint64(at: 8), cookie: Bytes16(span, at: 16))
    }
}
