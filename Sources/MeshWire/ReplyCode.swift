/// What a friend pastes back when there is no server, so that the host knows whose checks to open (PROTOCOL.md §2).
///
/// ```
/// mtuir1 + base32 of version:1 length:1(of all) wg:32 candidates{kind:1(4|6) address port:2} H("reply", K₀, preceding)[4]
/// ```
public struct ReplyCode: Hashable, Sendable {
    /// The friend's WireGuard key.
    public let wg: PublicKey
    /// Where the friend may be reached.
    public let candidates: [Endpoint]
    /// `mtuir1`.
    public static let prefix = "mtuir1"

    /// Throws `key` for a bad key and `range` for more candidates than fit into 255 bytes.
    public init(wg: PublicKey, candidates: [Endpoint]) throws(Refusal) {
        guard KeyRules.allowsX25519(wg) else { throw .key }
        (self.wg, self.candidates) = (wg, candidates)
        _ = try CodeText.encode(body, checksum: { $0 + [0, 0, 0, 0] })
    }

    /// Pasted text; `checksum` also when it answers another invite.
    public init(text: String, inviteKey: Bytes32) throws(Refusal) {
        let bytes = try CodeText.decode(text, prefix: Self.prefix, checksum: Self.checksum(inviteKey))
        try self.init(parsing: bytes.span)
    }

    /// The text to paste back.
    public func text(inviteKey: Bytes32) -> String { Self.prefix + Base32.encode(encode(inviteKey: inviteKey)) }

    /// The bytes behind the prefix.
    public static func decode(_ span: Span<UInt8>, inviteKey: Bytes32) throws(Refusal) -> ReplyCode {
        try CodeText.check(span.array(0..<span.count), checksum: checksum(inviteKey))
        return try ReplyCode(parsing: span)
    }

    /// The bytes behind the prefix. They fit, because `init` has tried.
    public func encode(inviteKey: Bytes32) -> [UInt8] {
        (try? CodeText.encode(body, checksum: Self.checksum(inviteKey))) ?? []
    }

    private var body: [UInt8] {
        var bytes = wg.bytes
        bytes.append(candidates: candidates)
        return bytes
    }

    private init(parsing span: Span<UInt8>) throws(Refusal) {
        var cursor = ByteCursor(2..<span.count - CodeText.checksumSize)
        let wg = try cursor.agreementKey(span)
        try self.init(wg: wg, candidates: try cursor.candidates(span))
    }

    private static func checksum(_ inviteKey: Bytes32) -> ([UInt8]) -> [UInt8] {
        { Derivation.hash("reply", inviteKey.bytes, $0) }
    }
}
