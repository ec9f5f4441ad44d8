import Crypto

/// The keys between a member and a relay (PROTOCOL.md §4).
public enum RelayKeys {
    /// HKDF(X25519, salt: relay key, info: "meshtui/1 hello" ‖ wg): the MAC of HELLO.
    public static func hello(shared: Bytes32, relay: PublicKey, wg: PublicKey) -> Bytes32 {
        Derivation.expand(shared.bytes, salt: relay.bytes, info: Derivation.labelled("hello") + wg.bytes)
    }

    /// HKDF(X25519, salt: relay key, info: "meshtui/1 ok" ‖ wg): the MAC of OK.
    public static func ok(shared: Bytes32, relay: PublicKey, wg: PublicKey) -> Bytes32 {
        Derivation.expand(shared.bytes, salt: relay.bytes, info: Derivation.labelled("ok") + wg.bytes)
    }

    /// HMAC(relay secret, observed:18 ‖ wg)[16]: shows that the address hears what is sent to it.
    public static func cookie(secret: Bytes32, observed: Endpoint, wg: PublicKey) -> Bytes16 {
        var bytes: [UInt8] = []
        bytes.append(observed)
        bytes += wg.bytes
        return mac(bytes, key: secret)
    }

    static func mac(_ bytes: [UInt8], key: Bytes32) -> Bytes16 {
        let code = HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: key.bytes))
        return Bytes16([UInt8](code).span, at: 0)
    }

    /// Throws `mac` unless the last 16 bytes are the HMAC of those before. The comparison takes equally long always.
    static func checkMAC(_ span: Span<UInt8>, key: Bytes32) throws(Refusal) {
        guard span.count >= Bytes16.count else { throw .short }
        let end = span.count - Bytes16.count
        let expected = mac(span.array(0..<end), key: key).lanes
        let given = Bytes16(span, at: end).lanes
        guard (expected.0 ^ given.0) | (expected.1 ^ given.1) == 0 else { throw .mac }
    }
}
