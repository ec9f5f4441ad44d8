/// Sixty-four bytes: an Ed25519 signature.
public struct Bytes64: FixedBytes {
    /// 64.
    public static let count = 64
    private var high: Bytes32
    private var low: Bytes32
    /// Eight words.
    public var words: [UInt64] { high.words + low.words }
    /// All zero.
    public init() { (high, low) = (Bytes32(), Bytes32()) }
    /// Sixty-four bytes from `offset`.
    public init(_ span: Span<UInt8>, at offset: Int) {
        (high, low) = (Bytes32(span, at: offset), Bytes32(span, at: offset + 32))
    }
    /// Byte by byte.
    public static func < (left: Bytes64, right: Bytes64) -> Bool { (left.high, left.low) < (right.high, right.low) }
}
