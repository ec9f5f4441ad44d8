package import MeshWire

extension ControlRules {
    /// A relay says that it is there; the transport has made sure that its operator runs this server too. Throws when
    /// what it says can't be listed.
    package mutating func registerRelay(
        _ relay: RelayAnnouncement, now: UInt64
    ) throws(ControlRefusal) -> (lease: RelayLease, outcome: ControlOutcome) {
        var relay = relay
        // Everybody would send there, and nobody would arrive at the relay.
        if !policy.allowsLoopback {
            let isForOthers = { (endpoint: Endpoint) in
                !endpoint.address.isLoopback && !endpoint.address.isLinkLocal
            }
            guard relay.endpoints.isEmpty || relay.endpoints.contains(where: isForOthers) else { throw .rule(.address) }
            relay.endpoints = relay.endpoints.filter(isForOthers)
        }
        try check(relay)
        let old = relays[relay.id]
        guard old != nil || relays.count < ControlLimits.relays else { throw .rule(.full) }
        relays[relay.id] = ListedRelay(announcement: relay, lastSeen: now)
        var outcome = ControlOutcome()
        if old.map({ $0.announcement.isListed(as: relay) }) != true {
            outcome.records = [.relay(relay)]
            outcome.changes = [Change(party: nil, to: .all(except: nil), event: .relays)]
        }
        let lease = RelayLease(issuer: issuer.publicKey, time: now, lifetime: ControlLimits.relayLifetime)
        return (lease, outcome)
    }

    /// The relays that are there, sorted by ID, and a token of this server for all of them: none for a third key of the
    /// member's (`tokenAfter`).
    mutating func relays(for member: Member, now: UInt64) -> ControlOutcome {
        let listed = relays.values.filter { isAlive($0, now: now) }.map { relay in
            RelayInfo(
                key: relay.announcement.key, endpoints: relay.announcement.endpoints,
                region: relay.announcement.region)
        }
        guard !listed.isEmpty else { return ControlOutcome(reply: .relays([], token: nil)) }
        var party = member.party
        let wait = party.issueToken(for: member.peer, wg: member.row.card.wg, now: now)
        parties[party.id] = party
        guard wait == nil else { return ControlOutcome(reply: .relays(listed, token: nil)) }
        let token = RelayToken.make(
            scope: Derivation.scope(group: member.party.roster.group), wg: member.row.card.wg,
            expiry: now + ControlLimits.tokenLifetime, signer: issuer)
        return ControlOutcome(reply: .relays(listed, token: token.encode()))
    }

    /// From when on a member gets a relay token for its key; nil when it may have one (seconds since 1970).
    package func tokenAfter(party: PartyID, peer: PeerID, now: UInt64) -> UInt64? {
        guard var party = parties[party], let row = party.peers[peer] else { return nil }
        return party.issueToken(for: peer, wg: row.card.wg, now: now)
    }

    /// Silence counts from the server's start at the earliest.
    func isAlive(_ relay: ListedRelay, now: UInt64) -> Bool {
        now <= (relay.lastSeen > now ? startedAt : max(relay.lastSeen, startedAt)) + ControlLimits.relayLifetime
    }

    private func check(_ relay: RelayAnnouncement) throws(ControlRefusal) {
        try ruled { () throws(Refusal) in
            guard KeyRules.allowsX25519(relay.key) else { throw .key }
            guard (1...ControlLimits.endpointsOfRelay).contains(relay.endpoints.count) else { throw .range }
            for endpoint in relay.endpoints {
                let address = endpoint.address
                guard endpoint.port != 0, !address.isUnspecified, !address.isMulticast, !address.isBroadcast else {
                    throw .address
                }
            }
            if !relay.region.isEmpty { _ = try MemberName(relay.region) }
        }
    }
}

extension RelayAnnouncement {
    /// Whether members would be told the same of both: the load changes all the time.
    func isListed(as other: RelayAnnouncement) -> Bool {
        endpoints == other.endpoints && region == other.region && capacity == other.capacity
    }
}
