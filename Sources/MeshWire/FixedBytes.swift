/// A fixed number of bytes held in integers, so that keys and IDs are hashed, compared and copied without the heap.
/// `<` compares byte by byte, which is what PROTOCOL.md calls "lower".
public protocol FixedBytes: Hashable, Comparable, Sendable, CustomStringConvertible, Codable {
    /// How many bytes there are.
    static var count: Int { get }
    /// The 64-bit words that hold them, big-endian.
    var words: [UInt64] { get }
    /// Reads `count` bytes from `offset`; the caller has checked that they are there.
    init(_ span: Span<UInt8>, at offset: Int)
}

extension FixedBytes {
    /// The bytes, or nil when there are more or fewer than `count`.
    public init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.count else { return nil }
        self.init(bytes.span, at: 0)
    }

    /// Lower- or upper-case hexadecimal of exactly `2 * count` digits.
    public init?(hex: String) {
        guard let bytes = [UInt8](hex: hex) else { return nil }
        self.init(bytes)
    }

    /// The bytes in order.
    public var bytes: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(Self.count)
        for word in words { result.append(bigEndian: word) }
        return result
    }

    /// Lower-case hexadecimal.
    public var hex: String { bytes.hex }
    /// Lower-case hexadecimal.
    public var description: String { hex }

    /// In JSON the bytes are one string of lower-case hexadecimal.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = Self(hex: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "expected \(2 * Self.count) hexadecimal digits")
        }
        self = value
    }

    /// Writes one string of lower-case hexadecimal.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}

/// Eight bytes: a relay tag, a relay ID, a roster hash.
public struct Bytes8: FixedBytes {
    /// 8.
    public static let count = 8
    private var a: UInt64
    /// One word.
    public var words: [UInt64] { [a] }
    /// All zero.
    public init() { a = 0 }
    /// Eight bytes from `offset`.
    public init(_ span: Span<UInt8>, at offset: Int) { a = span.uint64(at: offset) }
    /// From the big-endian word.
    public init(_ word: UInt64) { a = word }
    /// The big-endian word.
    public var word: UInt64 { a }
    /// Byte by byte.
    public static func < (left: Bytes8, right: Bytes8) -> Bool { left.a < right.a }
}

/// Sixteen bytes: a peer ID, a party ID, a scope, a key hash, a MAC.
public struct Bytes16: FixedBytes {
    /// 16.
    public static let count = 16
    private var a: UInt64
    private var b: UInt64
    /// Two words.
    public var words: [UInt64] { [a, b] }
    /// The words without an array, for what runs once a packet.
    var lanes: (UInt64, UInt64) { (a, b) }
    /// From two big-endian words.
    init(_ first: UInt64, _ second: UInt64) { (a, b) = (first, second) }
    /// All zero.
    public init() { (a, b) = (0, 0) }
    /// Sixteen bytes from `offset`.
    public init(_ span: Span<UInt8>, at offset: Int) {
        (a, b) = (span.uint64(at: offset), span.uint64(at: offset + 8))
    }
    /// Byte by byte.
    public static func < (left: Bytes16, right: Bytes16) -> Bool { (left.a, left.b) < (right.a, right.b) }
}

/// Thirty-two bytes: an Ed25519 or X25519 key, a hash, an epoch key.
public struct Bytes32: FixedBytes {
    /// 32.
    public static let count = 32
    private var a: UInt64
    private var b: UInt64
    private var c: UInt64
    private var d: UInt64
    /// Four words.
    public var words: [UInt64] { [a, b, c, d] }
    /// The words without an array, for what runs once a packet.
    var lanes: (UInt64, UInt64, UInt64, UInt64) { (a, b, c, d) }
    /// All zero.
    public init() { (a, b, c, d) = (0, 0, 0, 0) }
    /// Thirty-two bytes from `offset`.
    public init(_ span: Span<UInt8>, at offset: Int) {
        (a, b) = (span.uint64(at: offset), span.uint64(at: offset + 8))
        (c, d) = (span.uint64(at: offset + 16), span.uint64(at: offset + 24))
    }
    /// Byte by byte.
    public static func < (left: Bytes32, right: Bytes32) -> Bool {
        (left.a, left.b, left.c, left.d) < (right.a, right.b, right.c, right.d)
    }
}

/// An identity of a member in one party: H("peer", identity)[16].
public typealias PeerID = Bytes16
/// A party: H("party", root)[16].
public typealias PartyID = Bytes16
/// A public key: Ed25519 (identity, root, group, issuer) or X25519 (WireGuard, relay).
public typealias PublicKey = Bytes32
/// What a relay knows of a party.
public typealias Scope = Bytes16
/// What a relay knows of a machine.
public typealias Tag = Bytes8
/// WireGuard's receiver or sender index: its four bytes on the wire, read big-endian.
public typealias ReceiverIndex = UInt32
