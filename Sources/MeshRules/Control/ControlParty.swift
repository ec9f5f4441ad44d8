import MeshWire

/// One party as the control plane holds it.
struct ControlParty: Sendable {
    var roster: Roster
    /// Live invites: what an invite's group key opens.
    var welcomes: [SealedWelcome] = []
    /// The sealed epoch key for each remaining member.
    var grants = SortedTable<PeerID, [UInt8]>()
    var peers = SortedTable<PeerID, ControlPeer>()
    var addresses: IPAddressPool
    /// Peers that hold an address because of a `begin` and have never joined.
    var candidates: [(peer: PeerID, identity: PublicKey)] = []
    /// The keys for which each identity was given relay tokens lately. It is not stored.
    var tokens = SortedTable<PeerID, [IssuedToken]>()
    /// When somebody last used the party, as far as it is written down; seconds since 1970.
    var used: UInt64

    init(roster: Roster, used: UInt64) {
        self.roster = roster
        self.used = used
        addresses = IPAddressPool(party: roster.party, network: roster.network)
    }

    var id: PartyID { roster.party }

    /// Whether the roster names the identity, or it is or was a member here.
    func knows(_ identity: PublicKey) -> Bool {
        roster.member(identity) != nil || addresses.address(of: Derivation.peerID(identity: identity)) != nil
    }

    /// Reserves the address of a card whose owner this server has forgotten, or never knew: `check` asks for the group's
    /// signature.
    mutating func takeUp(_ card: Card) {
        guard addresses.address(of: card.peer) == nil else { return }
        try? addresses.reserve(card.ipv4, for: card.peer)
    }

    func welcome(for g0: PublicKey) -> [UInt8]? { welcomes.first { $0.g0 == g0 }?.welcome }

    /// Takes the addresses that the roster fixes out of the pool. An address that somebody else got before stays theirs
    /// until their card is refused: the roster decides (PROTOCOL.md §3).
    mutating func reserveFixedAddresses() -> [(peer: PeerID, address: UInt32)] {
        var reserved: [(peer: PeerID, address: UInt32)] = []
        for member in roster.members where member.ipv4 != 0 && roster.standing(of: member.identity) != .kicked {
            let peer = Derivation.peerID(identity: member.identity)
            guard addresses.address(of: peer) != member.ipv4 else { continue }
            if let other = addresses.assignments.first(where: { $0.address == member.ipv4 })?.peer {
                addresses.release(other)
            }
            guard (try? addresses.reserve(member.ipv4, for: peer)) != nil else { continue }
            reserved.append((peer, member.ipv4))
        }
        return reserved
    }

    /// Notes a relay token for one of the peer's keys.
    ///
    /// - Returns: nil, or from when on the identity may have one for another key (seconds since 1970).
    mutating func issueToken(for peer: PeerID, wg: PublicKey, now: UInt64) -> UInt64? {
        var issued = Self.live(tokens[peer] ?? [], now: now)
        defer { tokens[peer] = issued }
        if issued.count >= ControlLimits.tokenKeys, !issued.contains(where: { $0.wg == wg }) {
            return issued.map(\.until).min()
        }
        issued.removeAll { $0.wg == wg }
        issued.append(IssuedToken(wg: wg, until: now + ControlLimits.tokenLifetime))
        return nil
    }

    mutating func forgetTokens(now: UInt64) {
        guard !tokens.isEmpty else { return }
        tokens.keep { _, issued in !Self.live(issued, now: now).isEmpty }
    }

    private static func live(_ issued: [IssuedToken], now: UInt64) -> [IssuedToken] {
        issued.filter { $0.until > now && $0.until <= now + ControlLimits.tokenLifetime }
    }

    /// Bytes of the candidates that its members have left for each other.
    var candidateBytes: Int {
        peers.values.reduce(0) { $0 + $1.candidates.values.reduce(0) { $0 + $1.count } }
    }

    /// Where too many addresses are kept, one of somebody who has left is given up: the lowest ID's, as good as any.
    mutating func makeRoom() -> [ControlRecord] {
        let held = addresses.assignments
        guard held.count >= ControlLimits.addresses,
            let gone = held.first(where: { entry in
                peers[entry.peer] == nil && !candidates.contains { $0.peer == entry.peer }
                    && !roster.members.contains {
                        $0.ipv4 == entry.address && Derivation.peerID(identity: $0.identity) == entry.peer
                    }
            })
        else { return [] }
        addresses.release(gone.peer)
        return [.address(id, gone.peer, nil)]
    }

    /// The members as `asker` may see them, without itself.
    func infos(for asker: PeerID, now: UInt64, startedAt: UInt64) -> [PeerInfo] {
        zip(peers.keys, peers.values).filter { $0.0 != asker }
            .map { $0.1.info(for: asker, now: now, startedAt: startedAt) }
    }
}

/// A key for which a relay token was given out, which it holds until then (seconds since 1970).
struct IssuedToken: Sendable {
    let wg: PublicKey
    let until: UInt64
}

/// A member as the control plane holds it.
struct ControlPeer: Sendable {
    var card: Card
    var nat = PeerNAT()
    /// Seconds since 1970.
    var lastHeartbeat: UInt64
    /// The last heartbeat that was written down.
    var recordedHeartbeat: UInt64
    /// The sealed candidates that it left, by their receiver.
    var candidates = SortedTable<PeerID, [UInt8]>()
    /// Whether the others have been told that it is away.
    var toldAway = false

    /// When it was last heard. A heartbeat that lies ahead was noted while the clock was wrong.
    func heard(now: UInt64, startedAt: UInt64) -> UInt64 {
        lastHeartbeat > now ? startedAt : max(lastHeartbeat, startedAt)
    }

    /// Silence counts from the server's start at the earliest: while it was down nobody could be heard.
    func isAway(now: UInt64, startedAt: UInt64) -> Bool {
        now >= heard(now: now, startedAt: startedAt) + ControlSpec.awayAfter
    }

    func info(for asker: PeerID, now: UInt64, startedAt: UInt64) -> PeerInfo {
        PeerInfo(
            card: card.bytes, nat: nat, lastHeartbeat: lastHeartbeat,
            away: isAway(now: now, startedAt: startedAt), candidates: candidates[asker])
    }

    func stored(as id: PeerID) -> StoredPeer {
        StoredPeer(
            id: id, card: card.bytes, nat: nat, lastHeartbeat: lastHeartbeat,
            candidates: zip(candidates.keys, candidates.values).map { AddressedCheck(peer: $0, check: $1) })
    }
}
