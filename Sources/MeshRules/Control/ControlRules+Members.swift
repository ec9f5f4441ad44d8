import MeshWire

extension ControlRules {
    func discover(_ peer: PeerID, for member: Member, now: UInt64) throws(ControlRefusal) -> ControlOutcome {
        guard let row = member.party.peers[peer] else { throw .unknown("this peer") }
        return ControlOutcome(reply: .peers([row.info(for: member.peer, now: now, startedAt: startedAt)]))
    }

    /// A new card, another NAT, or sealed candidates for others. Who is no member any more is left out silently: the
    /// sender may not have heard of it yet.
    mutating func update(
        _ update: PeerUpdate, of member: Member, now: UInt64
    ) throws(ControlRefusal) -> ControlOutcome {
        let dropped = dropCandidates(toAdd: update.candidates.reduce(0) { $0 + $1.check.count })
        var party = parties[member.party.id] ?? member.party
        var row = party.peers[member.peer] ?? member.row
        if let bytes = update.card {
            let card = try ruled { () throws(Refusal) in
                let card = try Card.decode(bytes.span)
                guard card.peer == member.peer else { throw .identity }
                try party.check(card)
                return card
            }
            if card.wg != row.card.wg || card.epoch != row.card.epoch { row.candidates = SortedTable() }
            row.card = card
        } else {
            try ruled { () throws(Refusal) in try party.roster.admit(row.card.identity) }
        }
        if let nat = update.nat { row.nat = nat }
        let addressed = update.candidates.filter { $0.peer != member.peer && party.peers[$0.peer] != nil }
        for candidate in addressed {
            guard candidate.check.count <= ControlSpec.checkSize else { throw .rule(.long) }
            row.candidates[candidate.peer] = candidate.check
        }
        row.lastHeartbeat = now
        (row.recordedHeartbeat, row.toldAway) = (now, false)
        party.peers[member.peer] = row
        parties[party.id] = party
        let isForAll = update.card != nil || update.nat != nil || member.row.toldAway
        let changes = tell(party, of: member.peer, now: now).filter { change in
            isForAll || addressed.contains { change.to == .one($0.peer) }
        }
        return ControlOutcome(records: dropped + [.peer(party.id, row.stored(as: member.peer))], changes: changes)
    }

    /// Makes room for so many bytes of candidates: the party that has most loses its own, so that a crowd of full ones
    /// costs the small ones nothing.
    private mutating func dropCandidates(toAdd count: Int) -> [ControlRecord] {
        candidateBytes += count
        guard candidateBytes > policy.candidateBytes else { return [] }
        candidateBytes = count + parties.values.reduce(0) { $0 + $1.candidateBytes }
        guard candidateBytes > policy.candidateBytes,
            var party = parties.values.max(by: { $0.candidateBytes < $1.candidateBytes })
        else { return [] }
        candidateBytes -= party.candidateBytes
        var records: [ControlRecord] = []
        for (peer, var row) in zip(party.peers.keys, party.peers.values) where !row.candidates.isEmpty {
            row.candidates = SortedTable()
            party.peers[peer] = row
            records.append(.peer(party.id, row.stored(as: peer)))
        }
        parties[party.id] = party
        return records
    }

    /// Passes a sealed check on. Whoever carries the events keeps it for a receiver without a connection.
    func signal(
        _ check: [UInt8], to peer: PeerID, from member: Member
    ) throws(ControlRefusal) -> ControlOutcome {
        guard member.party.peers[peer] != nil else { throw .unknown("this peer") }
        guard check.count <= ControlSpec.checkSize else { throw .rule(.long) }
        let change = Change(
            party: member.party.id, to: .one(peer), event: .signal(from: member.peer, check: check))
        return ControlOutcome(changes: [change])
    }

    /// Gone for good, as far as the others are told; its address is kept for its return.
    mutating func leave(_ member: Member) -> ControlOutcome {
        var party = member.party
        party.peers[member.peer] = nil
        var records: [ControlRecord] = [.removePeer(party.id, member.peer)]
        records.append(contentsOf: party.forgetCandidates(for: [member.peer]))
        parties[party.id] = party
        let change = Change(party: party.id, to: .all(except: member.peer), event: .left(member.peer))
        return ControlOutcome(records: records, changes: [change])
    }

    mutating func heartbeat(of member: Member, now: UInt64) -> ControlOutcome {
        var (party, row) = (member.party, member.row)
        let wasAway = row.toldAway
        (row.lastHeartbeat, row.toldAway) = (now, false)
        var records: [ControlRecord] = []
        if now >= row.recordedHeartbeat + ControlLimits.heartbeatRecord || now < row.recordedHeartbeat {
            row.recordedHeartbeat = now
            party.used = now
            records = [
                .peer(party.id, row.stored(as: member.peer)),
                .party(party.id, roster: party.roster.bytes, used: now),
            ]
        }
        party.peers[member.peer] = row
        parties[party.id] = party
        let (token, expires) = makeBearer(party: party.id, peer: member.peer, now: now)
        return ControlOutcome(
            records: records, reply: .heartbeat(time: now, token: token, expires: expires),
            changes: wasAway ? tell(party, of: member.peer, now: now) : [])
    }
}
