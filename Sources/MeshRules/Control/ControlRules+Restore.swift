package import MeshWire

extension ControlRules {
    /// Takes up what was kept, before the first request. The records' order doesn't matter but for this: a party comes
    /// before what belongs to it, and a later record replaces an earlier one. Throws the reason why stored bytes can't be
    /// read, which means that the store is damaged.
    package mutating func restore(from records: [ControlRecord]) throws(Refusal) {
        for record in records { try restore(record) }
    }

    private mutating func restore(_ record: ControlRecord) throws(Refusal) {
        switch record {
        case .party(let id, let bytes, let used):
            guard let roster = try Self.stored(bytes) else { return }
            guard roster.party == id else { throw .party }
            guard var party = parties[id] else {
                parties[id] = ControlParty(roster: roster, used: used)
                return
            }
            (party.roster, party.used) = (roster, used)
            parties[id] = party
        case .removeParty(let id): parties[id] = nil
        case .relay(let relay): relays[relay.id] = ListedRelay(announcement: relay, lastSeen: 0)
        case .removeRelay(let id): relays[id] = nil
        case .welcomes(let id, _), .grants(let id, _), .peer(let id, _), .removePeer(let id, _),
            .address(let id, _, _):
            guard var party = parties[id] else { return }
            try party.restore(record)
            parties[id] = party
        }
    }

    /// The first version took any network: a party with one that none may have is left out, and so is what belongs to it.
    private static func stored(_ bytes: [UInt8]) throws(Refusal) -> Roster? {
        do throws(Refusal) { return try Roster.decode(bytes.span) } catch {
            guard error == .network else { throw error }
            return nil
        }
    }
}

extension ControlParty {
    fileprivate mutating func restore(_ record: ControlRecord) throws(Refusal) {
        switch record {
        case .welcomes(_, let welcomes): self.welcomes = welcomes
        case .grants(_, let sealed):
            grants = SortedTable()
            for grant in sealed { grants[try Grant.peer(grant.span)] = grant }
        case .peer(_, let stored): peers[stored.id] = try ControlPeer(stored)
        case .removePeer(_, let peer): peers[peer] = nil
        case .address(_, let peer, let address?): try addresses.reserve(address, for: peer)
        case .address(_, let peer, nil): addresses.release(peer)
        case .party, .removeParty, .relay, .removeRelay: break
        }
    }
}

extension ControlPeer {
    fileprivate init(_ stored: StoredPeer) throws(Refusal) {
        let card = try Card.decode(stored.card.span)
        guard card.peer == stored.id else { throw .peer }
        self.init(
            card: card, nat: stored.nat, lastHeartbeat: stored.lastHeartbeat,
            recordedHeartbeat: stored.lastHeartbeat)
        for candidate in stored.candidates { candidates[candidate.peer] = candidate.check }
    }
}
