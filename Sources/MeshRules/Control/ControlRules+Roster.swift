import MeshWire

extension ControlRules {
    /// The host's word: a newer roster, new invites, or new keys for those who remain. Nil leaves invites and keys as
    /// they are, unless the epoch rises or somebody is kicked: then the old ones are worthless and go.
    mutating func put(
        _ bytes: [UInt8], welcomes: [SealedWelcome]?, grants: [[UInt8]]?, from member: Member, now: UInt64
    ) throws(ControlRefusal) -> ControlOutcome {
        var party = member.party
        let identity = member.row.card.identity
        let (roster, step) = try ruled { () throws(Refusal) in
            let roster = try Roster.decode(bytes.span)
            guard roster.standing(of: identity) == .host || party.roster.standing(of: identity) == .host else {
                throw .host
            }
            let step = try RosterSuccession.of(roster, after: party.roster)
            if step == .newer { try roster.verify(after: party.roster) }
            return (roster, step)
        }
        try checkGroup(of: roster)
        guard (welcomes ?? []).count <= ControlLimits.welcomes else { throw .rule(.full) }
        let sealed = try addressed(grants ?? [])
        var records: [ControlRecord] = []
        if step == .newer { records = party.accept(roster) }
        party.used = now
        if let welcomes {
            party.welcomes = welcomes
            records.append(.welcomes(party.id, welcomes))
        }
        var changes: [Change] = []
        if step == .newer {
            records.insert(.party(party.id, roster: bytes, used: now), at: 0)
            changes.append(Change(party: party.id, to: .all(except: member.peer), event: .roster(bytes)))
        }
        if grants != nil {
            party.grants = sealed
            party.grants.keep { peer, _ in party.peers[peer] != nil || party.addresses.address(of: peer) != nil }
            records.append(.grants(party.id, party.grants.values))
            changes += zip(party.grants.keys, party.grants.values).map { peer, grant in
                Change(party: party.id, to: .one(peer), event: .grant(grant))
            }
        }
        parties[party.id] = party
        return ControlOutcome(
            records: records, reply: .party(roster: party.roster.bytes, grant: party.grants[member.peer]),
            changes: changes)
    }

    /// The scope of relay tokens follows from the group's key: a party that names another's would get tokens for the other's
    /// tables (PROTOCOL.md §6).
    func checkGroup(of roster: Roster) throws(ControlRefusal) {
        let isTaken = parties.values.contains { $0.id != roster.party && $0.roster.group == roster.group }
        guard !isTaken else { throw .rule(.scope) }
    }

    private func addressed(_ grants: [[UInt8]]) throws(ControlRefusal) -> SortedTable<PeerID, [UInt8]> {
        var table = SortedTable<PeerID, [UInt8]>()
        for grant in grants {
            let peer = try ruled { () throws(Refusal) in try Grant.peer(grant.span) }
            guard table[peer] == nil else { throw .rule(.duplicate) }
            table[peer] = grant
        }
        return table
    }
}

extension ControlParty {
    /// Takes a verified, newer roster over: whoever it kicks goes, and with them all invites; an epoch takes the older
    /// one's invites and keys along. The rows' cards stay until their owners send new ones.
    mutating func accept(_ newer: Roster) -> [ControlRecord] {
        var records: [ControlRecord] = []
        let kicked = zip(peers.keys, peers.values)
            .filter { newer.standing(of: $0.1.card.identity) == .kicked }.map { $0.0 }
        let opensEpoch = newer.epoch != roster.epoch
        roster = newer
        for peer in kicked {
            peers[peer] = nil
            records.append(.removePeer(id, peer))
        }
        records.append(contentsOf: forgetCandidates(for: kicked))
        if !kicked.isEmpty || opensEpoch {
            (welcomes, grants) = ([], SortedTable())
            records += [.welcomes(id, []), .grants(id, [])]
        }
        records.append(contentsOf: reserveFixedAddresses().map { .address(id, $0.peer, $0.address) })
        return records
    }

    /// Candidates that others left for somebody who is gone are of no use to anybody.
    mutating func forgetCandidates(for gone: [PeerID]) -> [ControlRecord] {
        var records: [ControlRecord] = []
        for (peer, var row) in zip(peers.keys, peers.values) where gone.contains(where: { row.candidates[$0] != nil }) {
            for other in gone { row.candidates[other] = nil }
            peers[peer] = row
            records.append(.peer(id, row.stored(as: peer)))
        }
        return records
    }
}
