import Crypto

/// X25519 (RFC 7748) with the two checks that the library leaves to its caller.
public enum KeyAgreement {
    /// The shared secret. Refused as `key`: a key that is not canonical, and a result of only zeros (RFC 7748 §6.1),
    /// which a low-order public key would force.
    public static func shared(privateKey: Bytes32, publicKey: PublicKey) throws(Refusal) -> Bytes32 {
        guard KeyRules.allowsX25519(publicKey),
            let own = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: privateKey.bytes),
            let other = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: publicKey.bytes),
            let secret = try? own.sharedSecretFromKeyAgreement(with: other),
            let result = secret.withUnsafeBytes({ Bytes32([UInt8]($0)) }), result != Bytes32()
        else { throw .key }
        return result
    }

    /// The public half of a private key.
    public static func publicKey(of privateKey: Bytes32) throws(Refusal) -> PublicKey {
        guard let own = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: privateKey.bytes),
            let result = PublicKey([UInt8](own.publicKey.rawRepresentation))
        else { throw .key }
        return result
    }

    /// A new private key from the system's random numbers.
    public static func newPrivateKey() -> Bytes32 {
        Bytes32([UInt8](Curve25519.KeyAgreement.PrivateKey().rawRepresentation)) ?? Bytes32()
    }
}
