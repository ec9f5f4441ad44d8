package import MeshWire

extension Roster {
    /// Whether this roster takes the place of the one held: the highest rank wins.
    /// - Returns: False for the one held and for an older one.
    /// - Throws: `.fork`, `.party`, and what `verify` throws.
    package func supersedes(_ held: Roster) throws(Refusal) -> Bool {
        try verify()
        do throws(Refusal) {
            return try RosterSuccession.of(self, after: held) == .newer
        } catch .rank {
            return false
        } catch {
            throw error
        }
    }

    /// Whether a member with this identity counts: nobody who was kicked, and only those listed in a closed party.
    package func accepts(_ identity: PublicKey) -> Bool { (try? admit(identity)) != nil }

    /// The rules for cards (PROTOCOL.md §3) that need only the roster.
    package func check(_ card: Card) throws(Refusal) {
        guard card.party == party else { throw .party }
        guard card.epoch == epoch else { throw .epoch }
        try admit(card)
        try card.verify(group: group)
    }

    /// Whether who made the card is a member and its address is theirs to have.
    func admit(_ card: Card) throws(Refusal) {
        try admit(card.identity)
        if let fixed = fixedAddress(of: card.identity), fixed != card.ipv4 { throw .address }
        guard holds(card.ipv4) else { throw .address }
        guard !members.contains(where: { $0.ipv4 == card.ipv4 && $0.identity != card.identity }) else {
            throw .address
        }
    }

    /// Whether an address is one that a member may have: inside the subnet, neither its network nor its broadcast address.
    package func holds(_ ipv4: UInt32) -> Bool {
        guard network.contains(IPAddress(v4: ipv4)) else { return false }
        let hosts = UInt32.max >> UInt32(prefix)
        return ipv4 & hosts != 0 && ipv4 & hosts != hosts
    }
}

extension Card {
    /// A card of this machine, signed by its identity and by the group.
    package static func make(
        party: PartyID, keys: EpochKeys, sequence: UInt64, identity: SigningKey, wg: PublicKey, ipv4: UInt32,
        name: String, started: UInt64 = 0, ext: [Field] = []
    ) throws(Refusal) -> Card {
        try Card.make(
            party: party, epoch: keys.epoch, sequence: sequence, wg: wg, ipv4: ipv4, name: name,
            ext: ext + Card.ext(started: started), identity: identity, group: keys.group)
    }
}
