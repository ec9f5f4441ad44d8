/// A relay's answer to a HELLO with a good cookie (PROTOCOL.md §4): 68 + 4k bytes.
///
/// ```
/// "mtui" version:1 kind:1=3 k:1 flags:1 request:8 nextCookie:16 observed:18 lifetime:2 conflicts{index:4} mac:16
/// ```
public struct HelloOK: Hashable, Sendable {
    /// Draining, or why it refused.
    public let flags: Flags
    /// The HELLO's.
    public let request: UInt64
    /// For the next HELLO.
    public let nextCookie: Bytes16
    /// Where the HELLO came from: a candidate, never a fact.
    public let observed: Endpoint?
    /// Seconds; 0 when it was refused.
    public let lifetime: UInt16
    /// Rows that another live client holds.
    public let conflicts: [ReceiverIndex]

    /// flags:1; those without a name are kept and ignored.
    public struct Flags: OptionSet, Hashable, Sendable {
        /// The byte.
        public let rawValue: UInt8
        /// From the byte.
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// The relay is about to stop.
        public static let draining = Flags(rawValue: 1)
        /// Refused: the token has expired.
        public static let expired = Flags(rawValue: 2)
        /// Refused: the relay doesn't trust the issuer.
        public static let issuer = Flags(rawValue: 4)
        /// Refused: no room.
        public static let full = Flags(rawValue: 8)
    }

    /// 3.
    public static let kind: UInt8 = 3
    static let fixedSize = 68
    private static let conflictsAt = 52

    /// An answer of its parts; conflicts beyond 62 are left out.
    public init(
        flags: Flags = [], request: UInt64, nextCookie: Bytes16, observed: Endpoint?, lifetime: UInt16,
        conflicts: [ReceiverIndex] = []
    ) {
        (self.flags, self.request, self.nextCookie) = (flags, request, nextCookie)
        (self.observed, self.lifetime) = (observed, lifetime)
        self.conflicts = [ReceiverIndex](conflicts.prefix(Hello.maximumRows))
    }

    /// The datagram with its MAC.
    public func encode(key: Bytes32) -> [UInt8] {
        var bytes = WireHead.bytes(kind: Self.kind, capacity: Self.fixedSize + 4 * conflicts.count)
        bytes.append(UInt8(conflicts.count))
        bytes.append(flags.rawValue)
        bytes.append(bigEndian: request)
        bytes += nextCookie.bytes
        bytes.append(observed)
        bytes.append(bigEndian: lifetime)
        for conflict in conflicts { bytes.append(bigEndian: conflict) }
        return bytes + RelayKeys.mac(bytes, key: key).bytes
    }

    /// Checks the form only, not the MAC.
    public static func decode(_ span: Span<UInt8>) throws(Refusal) -> HelloOK {
        try WireHead.check(span, kind: kind)
        guard span.count > WireHead.size else { throw .short }
        let count = Int(span[6])
        guard count <= Hello.maximumRows else { throw .range }
        try WireHead.length(span, fixedSize + 4 * count)
        var conflicts: [ReceiverIndex] = []
        for index in 0..<count { conflicts.append(span.uint32(at: conflictsAt + 4 * index)) }
        return HelloOK(
            flags: Flags(rawValue: span[7]), request: span.uint64(at: 8), nextCookie: Bytes16(span, at: 16),
            observed: Endpoint.decode(span, at: 32), lifetime: span.uint16(at: 50), conflicts: conflicts)
    }

    /// Throws `mac` unless the key made it.
    public static func verifyMAC(_ span: Span<UInt8>, key: Bytes32) throws(Refusal) {
        try RelayKeys.checkMAC(span, key: key)
    }
}
