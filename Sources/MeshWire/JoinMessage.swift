import Crypto

/// How a member shows a server that it holds the identity of its card (PROTOCOL.md §6): a signature over
/// "meshtui/1 join" ‖ keyHash:16 ‖ nonce:32 ‖ SHA-256(card). keyHash ties it to this server, nonce to this minute.
public enum JoinMessage {
    /// Everything that the signature covers.
    public static func message(keyHash: Bytes16, nonce: Bytes32, card: [UInt8]) -> [UInt8] {
        Derivation.labelled("join") + keyHash.bytes + nonce.bytes + [UInt8](SHA256.hash(data: card))
    }

    /// The member's answer to `begin`.
    public static func sign(keyHash: Bytes16, nonce: Bytes32, card: [UInt8], identity: SigningKey) -> Bytes64 {
        Bytes64(identity.sign(message(keyHash: keyHash, nonce: nonce, card: card))) ?? Bytes64()
    }

    /// Throws `signature` unless the identity answered this server's nonce with this card.
    public static func verify(
        _ signature: Bytes64, keyHash: Bytes16, nonce: Bytes32, card: [UInt8], identity: PublicKey
    ) throws(Refusal) {
        let message = message(keyHash: keyHash, nonce: nonce, card: card)
        guard SigningKey.verify(signature: signature.bytes, message: message, key: identity) else {
            throw .signature
        }
    }
}
