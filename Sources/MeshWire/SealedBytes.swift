import Crypto

/// ChaCha20-Poly1305 (RFC 8439) over a part of a message, with the bytes before it as associated data.
enum SealedBytes {
    static let tagSize = 16

    /// `preceding` ‖ sealed plaintext ‖ tag.
    static func seal(_ plain: [UInt8], after preceding: [UInt8], nonce: [UInt8], key: SymmetricKey) -> [UInt8] {
        guard let nonce = try? ChaChaPoly.Nonce(data: nonce),
            let box = try? ChaChaPoly.seal(plain, using: key, nonce: nonce, authenticating: preceding)
        else { return [] }
        return preceding + [UInt8](box.ciphertext) + [UInt8](box.tag)
    }

    /// What is sealed behind the first `preceding` bytes; `tag` when another key made it or a bit was changed.
    static func open(
        _ span: Span<UInt8>, after preceding: Int, nonce: [UInt8], key: SymmetricKey
    ) throws(Refusal) -> [UInt8] {
        let end = span.count - tagSize
        guard end >= preceding else { throw .short }
        guard let nonce = try? ChaChaPoly.Nonce(data: nonce),
            let box = try? ChaChaPoly.SealedBox(
                nonce: nonce, ciphertext: span.array(preceding..<end), tag: span.array(end..<span.count)),
            let plain = try? ChaChaPoly.open(box, using: key, authenticating: span.array(0..<preceding))
        else { throw .tag }
        return [UInt8](plain)
    }
}
