package import MeshWire

/// Whom a relay serves.
package struct RelayPolicy: Equatable, Sendable {
    /// Ed25519 keys whose tokens count, whatever scope they name: the operator's control servers.
    package var issuers: [PublicKey]
    /// Any issuer's token counts as long as the scope is the issuer's own, which makes the issuer a party's group key.
    package var open: Bool
    /// How many clients may stand registered at once; more are told that the relay is full. Each takes about 8 KiB.
    package var capacity: Int
    /// How many of them at one IP address, so that one machine with many ports can't take every place. Lower shuts out
    /// friends behind one carrier's NAT.
    package var capacityPerAddress: Int

    package init(
        issuers: [PublicKey] = [], open: Bool = false, capacity: Int = 4096, capacityPerAddress: Int = 512
    ) {
        (self.issuers, self.open) = (issuers, open)
        (self.capacity, self.capacityPerAddress) = (capacity, capacityPerAddress)
    }

    /// Whether a token gives its bearer a place, its signature not yet looked at: the cheap questions come first.
    ///
    /// - Parameter issuerTime: seconds since 1970 by the issuer's clock; 0 when it isn't known, and then nothing expires.
    /// - Throws: `.issuer` or `.expired`.
    package func admit(_ token: RelayToken, issuerTime: UInt64) throws(Refusal) {
        let trusted = issuers.contains(token.issuer)
        guard trusted || open && token.scope == Derivation.scope(group: token.issuer) else { throw .issuer }
        guard token.expiry == 0 || issuerTime == 0 || issuerTime < token.expiry else { throw .expired }
    }
}
