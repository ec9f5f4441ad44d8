/// A member's registration at a relay (PROTOCOL.md §4): 210 + 12c bytes, c ≤ 62.
///
/// ```
/// "mtui" version:1 kind:1=1 c:1 flags:1 request:8 counter:8 cookie:16 token:154 rows{peerTag:8 index:4} mac:16
/// ```
public struct Hello: Hashable, Sendable {
    /// None are named yet.
    public let flags: UInt8
    /// Random, new each time; the answer repeats it.
    public let request: UInt64
    /// incarnation:4 number:4, only rises.
    public let counter: UInt64
    /// The relay's, or zero.
    public let cookie: Bytes16
    /// Leave to be here.
    public let token: RelayToken
    /// All of its sender's, each time.
    public let rows: [Row]

    /// A peer's tag and the sender's own index: how that peer's packets find it.
    public struct Row: Hashable, Sendable {
        /// Who will send.
        public let peerTag: Tag
        /// To which receiver index.
        public let index: ReceiverIndex
        /// A row of its parts.
        public init(peerTag: Tag, index: ReceiverIndex) { (self.peerTag, self.index) = (peerTag, index) }
    }

    /// 1.
    public static let kind: UInt8 = 1
    /// At most so many rows.
    public static let maximumRows = 62
    static let fixedSize = 210
    private static let rowSize = 12
    private static let tokenAt = 40
    private static let rowsAt = tokenAt + RelayToken.size

    /// A registration of its parts; rows beyond 62 are left out.
    public init(
        flags: UInt8 = 0, request: UInt64, counter: UInt64, cookie: Bytes16, token: RelayToken, rows: [Row]
    ) {
        (self.flags, self.request, self.counter, self.cookie) = (flags, request, counter, cookie)
        (self.token, self.rows) = (token, [Row](rows.prefix(Self.maximumRows)))
    }

    /// The datagram with its MAC.
    public func encode(key: Bytes32) -> [UInt8] {
        var bytes = WireHead.bytes(kind: Self.kind, capacity: Self.fixedSize + Self.rowSize * rows.count)
        bytes.append(UInt8(rows.count))
        bytes.append(flags)
        bytes.append(bigEndian: request)
        bytes.append(bigEndian: counter)
        bytes += cookie.bytes
        bytes += token.bytes
        for row in rows {
            bytes.append(bigEndian: row.peerTag.word)
            bytes.append(bigEndian: row.index)
        }
        return bytes + RelayKeys.mac(bytes, key: key).bytes
    }

    /// Checks the form only: neither cookie, nor signature, nor MAC. Allocates nothing but the rows.
    public static func decode(_ span: Span<UInt8>) throws(Refusal) -> Hello {
        let count = try checkForm(span)
        let token = try RelayToken.decode(span, at: tokenAt)
        var rows: [Row] = []
        rows.reserveCapacity(count)
        for index in 0..<count {
            let at = rowsAt + rowSize * index
            rows.append(Row(peerTag: Tag(span, at: at), index: span.uint32(at: at + 8)))
        }
        return Hello(
            flags: span[7], request: span.uint64(at: 8), counter: span.uint64(at: 16), cookie: cookie(span),
            token: token, rows: rows)
    }

    /// Checks head and length and says how many rows there are; after it the readers below may be used.
    @discardableResult
    public static func checkForm(_ span: Span<UInt8>) throws(Refusal) -> Int {
        try WireHead.check(span, kind: kind)
        guard span.count > WireHead.size else { throw .short }
        let count = Int(span[6])
        guard count <= maximumRows else { throw .range }
        try WireHead.length(span, fixedSize + rowSize * count)
        return count
    }

    /// Throws `mac` unless the key made it.
    public static func verifyMAC(_ span: Span<UInt8>, key: Bytes32) throws(Refusal) {
        try RelayKeys.checkMAC(span, key: key)
    }

    /// What the answer must repeat; `checkForm` comes first.
    public static func request(_ span: Span<UInt8>) -> UInt64 { span.uint64(at: 8) }
    /// What proves the address; `checkForm` comes first.
    public static func cookie(_ span: Span<UInt8>) -> Bytes16 { Bytes16(span, at: 24) }
    /// The token's scope; `checkForm` comes first.
    public static func scope(_ span: Span<UInt8>) -> Scope { Scope(span, at: tokenAt + 2) }
    /// The token's machine; `checkForm` comes first.
    public static func wg(_ span: Span<UInt8>) -> PublicKey { PublicKey(span, at: tokenAt + 18) }
}
