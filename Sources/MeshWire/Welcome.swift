import Crypto

/// The epoch key for whoever has the invite (PROTOCOL.md §3), 65 bytes. A server keeps it and can't read it.
///
/// ```
/// version:1 nonce:12 sealed{epoch:4 Kₑ:32} tag:16          under KDF(K₀, "welcome")
/// ```
public struct Welcome: Sendable {
    /// 65 bytes.
    public static let size = 65
    private static let sealedAt = 13

    /// `nonce`: 12 random bytes, never twice with one invite.
    public static func seal(
        epoch: UInt32, epochKey: Bytes32, inviteKey: Bytes32, party: PartyID, nonce: [UInt8]
    ) -> [UInt8] {
        var plain: [UInt8] = []
        plain.append(bigEndian: epoch)
        plain.append(contentsOf: epochKey.bytes)
        return SealedBytes.seal(
            plain, after: [WireHead.version] + nonce, nonce: nonce, key: key(inviteKey, party: party))
    }

    /// The epoch and its key. They count only if both are the roster's and the epoch is not below the invite's.
    public static func open(
        _ span: Span<UInt8>, inviteKey: Bytes32, party: PartyID
    ) throws(Refusal) -> (epoch: UInt32, epochKey: Bytes32) {
        guard span.count > 0 else { throw .short }
        guard span[0] == WireHead.version else { throw .version }
        try WireHead.length(span, size)
        let plain = try SealedBytes.open(
            span, after: sealedAt, nonce: span.array(1..<sealedAt), key: key(inviteKey, party: party))
        var cursor = ByteCursor(0..<plain.count)
        return (try cursor.uint32(plain.span), try cursor.fixed(plain.span))
    }

    private static func key(_ inviteKey: Bytes32, party: PartyID) -> SymmetricKey {
        SymmetricKey(data: Derivation.key(inviteKey.bytes, party: party, "welcome").bytes)
    }
}
