import MeshWire

extension ControlRules {
    /// Hands out a nonce, and what is needed to make a card.
    mutating func begin(
        _ identity: PublicKey, g0: PublicKey?, party id: PartyID, source: RequestSource, now: UInt64,
        random: inout some RandomNumberGenerator
    ) throws(ControlRefusal) -> ControlOutcome {
        var bytes: [UInt8] = []
        for _ in 0..<4 { bytes.append(bigEndian: random.next() as UInt64) }
        let nonce = Bytes32(bytes.span, at: 0)
        let entry = NonceBook.Entry(
            nonce: nonce, party: id, identity: identity, source: source, expires: now + ControlSpec.nonceLifetime)
        guard var party = parties[id] else {
            guard g0 == nil else { throw .unknown("this party") }
            try nonces.add(entry, now: now)
            return ControlOutcome(reply: .begun(Begun(nonce: nonce, keyHash: keyHash)))
        }
        let peer = Derivation.peerID(identity: identity)
        // Anybody who has seen an old invite knows the party's ID: who names neither a live invite nor a member learns
        // nothing of the party, not even that it is here. Its card decides.
        guard g0 != nil || party.knows(identity) else {
            try nonces.add(entry, now: now)
            return ControlOutcome(reply: .begun(Begun(nonce: nonce, keyHash: keyHash)))
        }
        try admit(identity, g0: g0, to: party)
        try nonces.add(entry, now: now)
        let released = party.addresses.address(of: peer) == nil ? party.makeRoom() : []
        let address = try reserve(for: identity, peer: peer, in: &party)
        parties[id] = party
        return ControlOutcome(
            records: released,
            reply: .begun(
                Begun(
                    nonce: nonce, keyHash: keyHash, roster: party.roster.bytes, ipv4: address,
                    welcome: g0.flatMap(party.welcome), grant: party.grants[peer])))
    }

    /// A party that this server doesn't know yet, with its host as the first member. The host of a party that it does
    /// know may register again: a lost answer, or a server that was restored from an old copy.
    mutating func register(
        _ bytes: [UInt8], welcomes: [SealedWelcome], proof: JoinProof, party id: PartyID, source: RequestSource,
        now: UInt64
    ) throws(ControlRefusal) -> ControlOutcome {
        let card = try ruled { () throws(Refusal) in try Card.decode(proof.card.span) }
        try nonces.take(proof.nonce, party: id, identity: card.identity, now: now)
        let roster = try ruled { () throws(Refusal) in
            let roster = try Roster.decode(bytes.span)
            guard roster.party == id else { throw .party }
            try roster.verify(after: parties[id]?.roster)
            guard roster.standing(of: card.identity) == .host else { throw .host }
            return roster
        }
        try checkGroup(of: roster)
        guard welcomes.count <= ControlLimits.welcomes else { throw .rule(.full) }
        let isNew = parties[id] == nil
        if isNew {
            guard parties.count < ControlLimits.parties else { throw .rule(.full) }
            try registrations.check(source, now: now)
        }
        var party = ControlParty(roster: roster, used: now)
        var records: [ControlRecord] = [.party(id, roster: bytes, used: now), .welcomes(id, welcomes)]
        var changes: [Change] = []
        if let held = parties[id] {
            let step = try ruled { () throws(Refusal) in try RosterSuccession.of(roster, after: held.roster) }
            party = held
            if step == .newer {
                records.append(contentsOf: party.accept(roster))
                changes.append(
                    Change(
                        party: id, to: .all(except: card.peer),
                        event: .roster(bytes)))
            }
        }
        party.welcomes = welcomes
        records.append(
            contentsOf: party.reserveFixedAddresses().map { .address(id, $0.peer, $0.address) })
        var outcome = try admit(card, proof: proof, to: &party, now: now)
        parties[id] = party
        if isNew { registrations.add(source, now: now) }
        outcome.records = records + outcome.records
        outcome.changes = changes + outcome.changes
        return outcome
    }

    mutating func join(
        _ proof: JoinProof, g0: PublicKey?, party id: PartyID, now: UInt64
    ) throws(ControlRefusal) -> ControlOutcome {
        guard var party = parties[id] else { throw .unknown("this party") }
        let card = try ruled { () throws(Refusal) in
            let card = try Card.decode(proof.card.span)
            guard card.party == id else { throw .party }
            return card
        }
        try nonces.take(proof.nonce, party: id, identity: card.identity, now: now)
        try admit(card.identity, g0: g0, to: party)
        party.takeUp(card)
        let outcome = try admit(card, proof: proof, to: &party, now: now)
        parties[id] = party
        return outcome
    }

    /// Whether the identity may come in. Who names an invite must name a live one. Who names none has to be a member by
    /// the card that follows: the group has signed it, and nobody else can.
    private func admit(_ identity: PublicKey, g0: PublicKey?, to party: ControlParty) throws(ControlRefusal) {
        try ruled { () throws(Refusal) in try party.roster.admit(identity) }
        if let g0, party.welcome(for: g0) == nil { throw .unknown("this invite") }
        let isHere = party.peers[Derivation.peerID(identity: identity)] != nil
        guard isHere || party.peers.count < ControlSpec.members else { throw .rule(.members) }
    }

    /// The identity's address: the roster's, the one that it had, or a new one that is held until its nonce expires.
    private func reserve(
        for identity: PublicKey, peer: PeerID, in party: inout ControlParty
    ) throws(ControlRefusal) -> UInt32 {
        let stale = party.candidates.filter { !nonces.isOpen(for: $0.identity, party: party.id) }
        for candidate in stale { party.addresses.release(candidate.peer) }
        party.candidates.removeAll { candidate in stale.contains { $0.peer == candidate.peer } }
        if let fixed = party.roster.fixedAddress(of: identity) { return fixed }
        if let address = party.addresses.address(of: peer) { return address }
        let address = try ruled { () throws(Refusal) in try party.addresses.assign(to: peer) }
        party.candidates.append((peer, identity))
        return address
    }

    /// Checks card and signature and lets the member in.
    private func admit(
        _ card: Card, proof: JoinProof, to party: inout ControlParty, now: UInt64
    ) throws(ControlRefusal) -> ControlOutcome {
        try ruled { () throws(Refusal) in
            guard let signature = Bytes64(proof.signature) else { throw .signature }
            try JoinMessage.verify(
                signature, keyHash: keyHash, nonce: proof.nonce, card: card.bytes, identity: card.identity)
            try party.check(card)
        }
        let peer = card.peer
        var row = ControlPeer(card: card, lastHeartbeat: now, recordedHeartbeat: now)
        if let held = party.peers[peer], held.card.wg == card.wg, held.card.epoch == card.epoch {
            (row.nat, row.candidates) = (held.nat, held.candidates)
        }
        party.peers[peer] = row
        party.candidates.removeAll { $0.peer == peer }
        party.used = now
        let (token, expires) = makeBearer(party: party.id, peer: peer, now: now)
        let joined = Joined(
            token: token, expires: expires, roster: party.roster.bytes,
            peers: party.infos(for: peer, now: now, startedAt: startedAt), event: 0)
        return ControlOutcome(
            records: [
                .address(party.id, peer, card.ipv4), .peer(party.id, row.stored(as: peer)),
                .party(party.id, roster: party.roster.bytes, used: now),
            ],
            reply: .joined(joined), changes: tell(party, of: peer, now: now))
    }

    /// The peer's row to each other member, with the candidates that it left for that one.
    func tell(_ party: ControlParty, of peer: PeerID, now: UInt64) -> [Change] {
        guard let row = party.peers[peer] else { return [] }
        return party.peers.keys.filter { $0 != peer }.map { other in
            Change(
                party: party.id, to: .one(other),
                event: .peer(row.info(for: other, now: now, startedAt: startedAt)))
        }
    }
}
