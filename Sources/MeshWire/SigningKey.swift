import Crypto

/// An Ed25519 pair (RFC 8032): root, successor, identity, group or issuer. Its description shows the public half only.
public struct SigningKey: Sendable, CustomStringConvertible {
    private let pair: Curve25519.Signing.PrivateKey
    /// The public half.
    public let publicKey: PublicKey

    /// The pair that belongs to a seed.
    public init(seed: Bytes32) throws(Refusal) {
        guard let pair = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed.bytes) else { throw .key }
        try self.init(pair)
    }

    private init(_ pair: Curve25519.Signing.PrivateKey) throws(Refusal) {
        guard let publicKey = PublicKey([UInt8](pair.publicKey.rawRepresentation)) else { throw .key }
        (self.pair, self.publicKey) = (pair, publicKey)
    }

    /// A new pair from the system's random numbers.
    public static func random() throws(Refusal) -> SigningKey { try SigningKey(Curve25519.Signing.PrivateKey()) }

    /// The seed, for storing.
    public var seed: Bytes32 { Bytes32([UInt8](pair.rawRepresentation)) ?? Bytes32() }

    /// 64 bytes. The library may add randomness, so two signatures of one message can differ.
    public func sign(_ message: [UInt8]) -> [UInt8] {
        // Signing fails only when the system has no memory left; 64 zeros never verify.
        (try? pair.signature(for: message)).map { [UInt8]($0) } ?? [UInt8](repeating: 0, count: Bytes64.count)
    }

    /// Whether the key made the signature. False also for a key that is not canonical.
    public static func verify(signature: [UInt8], message: [UInt8], key: PublicKey) -> Bool {
        guard KeyRules.allowsEd25519(key),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: key.bytes)
        else { return false }
        return key.isValidSignature(signature, for: message)
    }

    /// The public half in hexadecimal.
    public var description: String { publicKey.hex }

    /// Signs "meshtui/1 " ‖ name ‖ bytes.
    func sign(_ name: String, _ bytes: [UInt8]) -> [UInt8] { sign(Derivation.labelled(name) + bytes) }

    /// Throws `signature` unless the key signed "meshtui/1 " ‖ name ‖ bytes.
    static func check(_ signature: Bytes64, _ name: String, _ bytes: [UInt8], by key: PublicKey) throws(Refusal) {
        guard verify(signature: signature.bytes, message: Derivation.labelled(name) + bytes, key: key) else {
            throw .signature
        }
    }
}
