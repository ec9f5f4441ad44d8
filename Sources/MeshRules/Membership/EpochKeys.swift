package import MeshWire

/// What follows from one epoch key: the group's signing pair, and what relays know of the party and its machines.
package struct EpochKeys: Sendable {
    /// Salt of all that is derived.
    package let party: PartyID
    /// 0 for an invite's.
    package let epoch: UInt32
    /// Kₑ, or K₀ of an invite.
    package let key: Bytes32
    /// Gₑ: proves membership to those who only know its public half.
    package let group: SigningKey
    /// What relays know of the party.
    package let scope: Scope

    /// - Throws: `Refusal.key` if the derived seed is no key.
    package init(party: PartyID, epoch: UInt32, key: Bytes32) throws(Refusal) {
        (self.party, self.epoch, self.key) = (party, epoch, key)
        group = try SigningKey(seed: Derivation.groupSeed(key, party: party))
        scope = Derivation.scope(group: group.publicKey)
    }

    /// What relays know of a machine.
    package func tag(of wg: PublicKey) -> Tag { Derivation.tag(scope: scope, wg: wg) }

    /// WireGuard's key of a pair; the order of the two does not matter.
    package func presharedKey(_ one: PublicKey, _ other: PublicKey) -> Bytes32 {
        Derivation.presharedKey(epochKey: key, party: party, one, other)
    }
}
