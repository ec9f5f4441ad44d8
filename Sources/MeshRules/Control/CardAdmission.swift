import MeshWire

/// Whether a card may stand in a party: the card's own rules, and those about what others hold (PROTOCOL.md §3).
extension ControlParty {
    /// Throws the first rule that the card breaks. `.duplicate`: another identity holds its key or its address.
    func check(_ card: Card) throws(Refusal) {
        guard card.party == id else { throw .party }
        try roster.admit(card.identity)
        guard card.epoch == roster.epoch else { throw .epoch }
        try card.verify(group: roster.group)
        guard addresses.contains(card.ipv4) else { throw .address }
        if let fixed = roster.fixedAddress(of: card.identity), fixed != card.ipv4 { throw .address }
        try checkOthers(card)
    }

    private func checkOthers(_ card: Card) throws(Refusal) {
        let peer = card.peer
        let isFixed = roster.fixedAddress(of: card.identity) != nil
        for (other, row) in zip(peers.keys, peers.values) where other != peer {
            guard row.card.wg != card.wg, isFixed || row.card.ipv4 != card.ipv4 else { throw .duplicate }
        }
        guard addresses.address(of: peer) == card.ipv4 else { throw .address }
        if peers[peer] == nil, peers.count >= ControlSpec.members { throw .members }
        try checkSequence(card, of: peer)
    }

    /// Sequences rise; the very same card may be shown again.
    private func checkSequence(_ card: Card, of peer: PeerID) throws(Refusal) {
        guard let held = peers[peer]?.card, held.bytes != card.bytes else { return }
        guard card.sequence > held.sequence else { throw .rank }
    }
}
