import Crypto

/// Every hash and every derived key of PROTOCOL.md §1, so that a label is written once.
///
/// H(l, …) = SHA-256("meshtui/1 " ‖ l ‖ …); KDF(k, l, …) = HKDF-SHA256(k, salt: party ID, info: "meshtui/1 " ‖ l ‖ …).
public enum Derivation {
    static func labelled(_ label: String) -> [UInt8] { [UInt8]("meshtui/1 ".utf8) + [UInt8](label.utf8) }

    /// H(l, …), 32 bytes.
    public static func hash(_ label: String, _ parts: [UInt8]...) -> [UInt8] {
        var hasher = SHA256()
        hasher.update(data: labelled(label))
        for part in parts { hasher.update(data: part) }
        return [UInt8](hasher.finalize())
    }

    /// KDF(k, l, …).
    public static func key(_ key: [UInt8], party: PartyID, _ label: String, _ parts: [UInt8]...) -> Bytes32 {
        expand(key, salt: party.bytes, info: parts.reduce(labelled(label), +))
    }

    static func expand(_ key: [UInt8], salt: [UInt8], info: [UInt8]) -> Bytes32 {
        let derived = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: key), salt: salt, info: info, outputByteCount: Bytes32.count)
        return derived.withUnsafeBytes { Bytes32([UInt8]($0)) ?? Bytes32() }
    }

    /// H("party", root)[16].
    public static func partyID(root: PublicKey) -> PartyID { Bytes16(hash("party", root.bytes).span, at: 0) }
    /// H("peer", identity)[16].
    public static func peerID(identity: PublicKey) -> PeerID { Bytes16(hash("peer", identity.bytes).span, at: 0) }
    /// The seed of a member's identity: KDF(wg private, "identity"). A machine that comes back to a party it has left is
    /// the member that it was, with its address; in another party nobody can tell that it is the same machine.
    public static func identitySeed(_ wireGuardPrivate: Bytes32, party: PartyID) -> Bytes32 {
        key(wireGuardPrivate.bytes, party: party, "identity")
    }
    /// K₀ = KDF(I, "invite").
    public static func inviteKey(_ secret: Bytes16, party: PartyID) -> Bytes32 {
        key(secret.bytes, party: party, "invite")
    }
    /// The seed of Gₑ: KDF(Kₑ, "group").
    public static func groupSeed(_ epochKey: Bytes32, party: PartyID) -> Bytes32 {
        key(epochKey.bytes, party: party, "group")
    }
    /// H("scope", Gₑ public)[16]: what relays know of a party.
    public static func scope(group: PublicKey) -> Scope { Bytes16(hash("scope", group.bytes).span, at: 0) }
    /// H("tag", scope, wg)[8]: what relays know of a machine.
    public static func tag(scope: Scope, wg: PublicKey) -> Tag {
        Bytes8(hash("tag", scope.bytes, wg.bytes).span, at: 0)
    }
    /// H("relay", key)[8]: a relay's name in the control API.
    public static func relayID(key: PublicKey) -> Bytes8 { Bytes8(hash("relay", key.bytes).span, at: 0) }

    /// KDF(Kₑ, "psk", lower wg, higher wg): the same in whichever order the two are given.
    public static func presharedKey(
        epochKey: Bytes32, party: PartyID, _ wgA: PublicKey, _ wgB: PublicKey
    ) -> Bytes32 {
        key(epochKey.bytes, party: party, "psk", min(wgA, wgB).bytes, max(wgA, wgB).bytes)
    }

    /// KDF(X25519 ‖ Kₑ, "check", …): the key of one direction. At epoch 0 the caller gives zero IDs.
    public static func checkKey(
        shared: Bytes32, epochKey: Bytes32, party: PartyID, sender: PeerID, receiver: PeerID,
        senderWG: PublicKey, receiverWG: PublicKey
    ) -> Bytes32 {
        key(
            shared.bytes + epochKey.bytes, party: party, "check",
            sender.bytes, receiver.bytes, senderWG.bytes, receiverWG.bytes)
    }
}
