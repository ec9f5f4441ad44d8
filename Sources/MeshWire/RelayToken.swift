/// Leave to use a relay, signed by who vouches for the machine (PROTOCOL.md §4), 154 bytes.
///
/// ```
/// version:1 kind:1=1 scope:16 wg:32 expiry:8 issuer:32 sig:64
/// ```
public struct RelayToken: Hashable, Sendable {
    /// The party, as relays know it.
    public let scope: Scope
    /// The machine.
    public let wg: PublicKey
    /// Seconds since 1970 in the issuer's time; 0 for none.
    public let expiry: UInt64
    /// The server's key or the group's.
    public let issuer: PublicKey
    /// The issuer's signature.
    public let sig: Bytes64
    /// 154 bytes.
    public static let size = 154
    private static let kind: UInt8 = 1
    private static let signatureName = "token"

    /// Checks the form and the keys, not the signature. Allocates nothing.
    public static func decode(_ span: Span<UInt8>) throws(Refusal) -> RelayToken {
        let token = try decode(span, at: 0)
        guard span.count == size else { throw .long }
        return token
    }

    static func decode(_ span: Span<UInt8>, at start: Int) throws(Refusal) -> RelayToken {
        guard span.count >= start + 2 else { throw .short }
        guard span[start] == WireHead.version else { throw .version }
        guard span[start + 1] == kind else { throw .kind }
        var cursor = ByteCursor(start + 2..<span.count)
        let scope: Scope = try cursor.fixed(span)
        let wg: PublicKey = try cursor.fixed(span)
        let expiry = try cursor.uint64(span)
        let issuer: PublicKey = try cursor.fixed(span)
        let sig: Bytes64 = try cursor.fixed(span)
        guard KeyRules.allowsX25519(wg), KeyRules.allowsEd25519(issuer) else { throw .key }
        return RelayToken(scope: scope, wg: wg, expiry: expiry, issuer: issuer, sig: sig)
    }

    /// Signs a new token.
    public static func make(scope: Scope, wg: PublicKey, expiry: UInt64, signer: SigningKey) -> RelayToken {
        let issuer = signer.publicKey
        let covered = covered(scope: scope, wg: wg, expiry: expiry, issuer: issuer)
        let sig = Bytes64(signer.sign(signatureName, covered)) ?? Bytes64()
        return RelayToken(scope: scope, wg: wg, expiry: expiry, issuer: issuer, sig: sig)
    }

    /// Throws `signature` unless the issuer named in it made it. Whether the issuer counts is the relay's question.
    public func verify() throws(Refusal) {
        let covered = Self.covered(scope: scope, wg: wg, expiry: expiry, issuer: issuer)
        try SigningKey.check(sig, Self.signatureName, covered, by: issuer)
    }

    /// The 154 bytes.
    public var bytes: [UInt8] {
        Self.covered(scope: scope, wg: wg, expiry: expiry, issuer: issuer) + sig.bytes
    }
    /// The 154 bytes.
    public func encode() -> [UInt8] { bytes }

    private static func covered(scope: Scope, wg: PublicKey, expiry: UInt64, issuer: PublicKey) -> [UInt8] {
        var bytes = [WireHead.version, kind] + scope.bytes + wg.bytes
        bytes.append(bigEndian: expiry)
        return bytes + issuer.bytes
    }
}
