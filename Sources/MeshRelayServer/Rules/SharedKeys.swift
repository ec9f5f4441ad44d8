import Crypto
import MeshWire

/// The relay's X25519 pair and the keys it shares with the machines it has met, so that a HELLO every 15 s costs a MAC
/// and not a curve.
struct SharedKeys {
    /// What authenticates HELLO and OK of one machine.
    struct Pair {
        let hello: Bytes32
        let ok: Bytes32
    }

    let publicKey: PublicKey
    private let privateKey: Bytes32
    private var kept: [PublicKey: Pair] = [:]

    init(privateKey: Bytes32) {
        self.privateKey = privateKey
        // Every 32 bytes are a private key, so only a wrong length could throw.
        let pair = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: privateKey.bytes)
        publicKey = pair.flatMap { Bytes32([UInt8]($0.publicKey.rawRepresentation)) } ?? Bytes32()
    }

    /// Keys derived before; nil when the curve would have to be computed.
    func known(_ wg: PublicKey) -> Pair? { kept[wg] }

    /// Computes and keeps the keys shared with a machine.
    ///
    /// - Throws: `.key` for a public key that isn't one.
    mutating func agree(with wg: PublicKey) throws(Refusal) -> Pair {
        let shared = try KeyAgreement.shared(privateKey: privateKey, publicKey: wg)
        let pair = Pair(
            hello: RelayKeys.hello(shared: shared, relay: publicKey, wg: wg),
            ok: RelayKeys.ok(shared: shared, relay: publicKey, wg: wg))
        if kept.count >= RelayLimits.keptKeys { kept.removeAll(keepingCapacity: true) }
        kept[wg] = pair
        return pair
    }
}
