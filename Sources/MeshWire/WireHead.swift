/// The first six bytes of every datagram of ours: "mtui", version, kind (PROTOCOL.md §4 and §5).
public enum WireHead {
    /// "mtui", big-endian.
    public static let magic: UInt32 = 0x6d74_7569
    /// The version that every format has.
    public static let version: UInt8 = 1
    /// No datagram of ours is longer, so that none is fragmented.
    public static let maximumLength = 1_200
    /// How many bytes the head has.
    static let size = 6

    /// Checks magic, version and kind, in this order.
    static func check(_ span: Span<UInt8>, kind: UInt8) throws(Refusal) {
        guard span.count >= size else { throw .short }
        guard span.uint32(at: 0) == magic else { throw .magic }
        guard span[4] == version else { throw .version }
        guard span[5] == kind else { throw .kind }
    }

    /// Refuses any length but the one that the head announced.
    static func length(_ span: Span<UInt8>, _ expected: Int) throws(Refusal) {
        guard span.count >= expected else { throw .short }
        guard span.count == expected else { throw .long }
    }

    static func bytes(kind: UInt8, capacity: Int) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(capacity)
        result.append(bigEndian: magic)
        result.append(version)
        result.append(kind)
        return result
    }
}
