import Crypto

/// A new epoch key for one member who stays (PROTOCOL.md §3), 101 bytes. A server keeps it and can't read it.
///
/// ```
/// version:1 epoch:4 peer:16 ephemeral:32 sealed{Kₑ:32} tag:16
/// under KDF(X25519(ephemeral, wg), "grant", ephemeral, wg), nonce zero: each ephemeral key is used once
/// ```
public struct Grant: Sendable {
    /// 101 bytes.
    public static let size = 101
    private static let sealedAt = 53
    private static let nonce = [UInt8](repeating: 0, count: 12)

    /// `ephemeral`: a new X25519 private key. Throws `key` when the member's is not valid.
    public static func seal(
        epoch: UInt32, epochKey: Bytes32, peer: PeerID, wg: PublicKey, ephemeral: Bytes32, party: PartyID
    ) throws(Refusal) -> [UInt8] {
        let ephemeralKey = try KeyAgreement.publicKey(of: ephemeral)
        let shared = try KeyAgreement.shared(privateKey: ephemeral, publicKey: wg)
        var head = [WireHead.version]
        head.append(bigEndian: epoch)
        head += peer.bytes
        head += ephemeralKey.bytes
        return SealedBytes.seal(
            epochKey.bytes, after: head, nonce: nonce,
            key: key(shared, ephemeral: ephemeralKey, wg: wg, party: party))
    }

    /// Whom a grant is for, without opening it.
    public static func peer(_ span: Span<UInt8>) throws(Refusal) -> PeerID {
        guard span.count > 0 else { throw .short }
        guard span[0] == WireHead.version else { throw .version }
        try WireHead.length(span, size)
        return PeerID(span, at: 5)
    }

    /// The epoch and its key; `peer` when it is meant for somebody else. They count only if both are the roster's.
    public static func open(
        _ span: Span<UInt8>, own: PeerID, wgPrivate: Bytes32, party: PartyID
    ) throws(Refusal) -> (epoch: UInt32, epochKey: Bytes32) {
        guard try peer(span) == own else { throw .peer }
        let ephemeral = PublicKey(span, at: 21)
        let wg = try KeyAgreement.publicKey(of: wgPrivate)
        let shared = try KeyAgreement.shared(privateKey: wgPrivate, publicKey: ephemeral)
        let plain = try SealedBytes.open(
            span, after: sealedAt, nonce: nonce, key: key(shared, ephemeral: ephemeral, wg: wg, party: party))
        return (span.uint32(at: 1), Bytes32(plain.span, at: 0))
    }

    private static func key(
        _ shared: Bytes32, ephemeral: PublicKey, wg: PublicKey, party: PartyID
    ) -> SymmetricKey {
        SymmetricKey(data: Derivation.key(shared.bytes, party: party, "grant", ephemeral.bytes, wg.bytes).bytes)
    }
}
