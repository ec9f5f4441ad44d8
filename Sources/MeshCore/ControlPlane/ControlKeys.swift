package import MeshWire

/// The secrets of a control plane.
package struct ControlKeys: Sendable {
    /// SHA-256 of the SPKI of the TLS key, first 16 bytes.
    package var keyHash: Bytes16
    /// Signs relay tokens.
    package var issuer: SigningKey
    /// Makes bearers; another one makes every member join again.
    package var bearerKey: Bytes32

    /// The bearers' key follows from the issuer's seed, so that both last equally long.
    package init(keyHash: Bytes16, issuer: SigningKey) {
        (self.keyHash, self.issuer) = (keyHash, issuer)
        bearerKey = Bytes32(Derivation.hash("bearer", issuer.seed.bytes).span, at: 0)
    }
}
