import MeshWire

/// The relay's X25519 pair, and what it shares with a machine.
struct SharedKeys {
    /// What authenticates HELLO and OK of one machine. A client's are kept as long as it is registered, so that a HELLO
    /// every 15 s costs a MAC and not a curve, and nobody else can push them out.
    struct Pair {
        let hello: Bytes32
        let ok: Bytes32
    }

    let publicKey: PublicKey
    private let privateKey: Bytes32

    init(privateKey: Bytes32) {
        self.privateKey = privateKey
        // Every 32 bytes are a private key, so only a wrong length could throw.
        publicKey = (try? KeyAgreement.publicKey(of: privateKey)) ?? PublicKey()
    }

    /// Computes the keys shared with a machine.
    ///
    /// - Throws: `.key` for a public key that isn't one.
    func agree(with wg: PublicKey) throws(Refusal) -> Pair {
        let shared = try KeyAgreement.shared(privateKey: privateKey, publicKey: wg)
        return Pair(
            hello: RelayKeys.hello(shared: shared, relay: publicKey, wg: wg),
            ok: RelayKeys.ok(shared: shared, relay: publicKey, wg: wg))
    }
}
