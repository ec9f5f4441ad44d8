package import MeshWire

/// Who this machine is in its party and whom it accepts there. It holds only what has been verified.
package struct Membership: Sendable {
    /// Ed25519 pair of this member.
    package let identity: SigningKey
    /// H("peer", identity)[16].
    package let id: PeerID
    /// WireGuard's private key, which also keys the checks.
    package let wireGuardPrivate: Bytes32
    /// Its public half.
    package let wireGuard: PublicKey
    /// What is kept of the party, secrets included.
    package private(set) var stored: StoredParty
    /// Of the epoch whose key is held.
    package private(set) var keys: EpochKeys
    /// The highest one verified, of a later epoch maybe.
    package private(set) var roster: Roster
    /// The other members, sorted by ID.
    package private(set) var members: [Member] = []
    /// The last one made.
    package private(set) var ownCard: Card
    /// What relays know of this machine.
    package let ownTag: Tag
    private let ownLook: LookAlike
    private let started: UInt64
    private var sequence: Sequence64

    /// - Parameters:
    ///   - started: When this run began, which its cards say; seconds since 1970.
    ///   - roster: The highest one of the epoch whose key is held.
    ///   - newest: A higher one of a later epoch; what does not supersede `roster` is left out.
    /// - Throws: `Refusal.epoch` when the key is not the roster's.
    package init(
        stored: StoredParty, roster: Roster, newest: Roster? = nil, ownCard: Card, wireGuardPrivate: Bytes32,
        sequence: Sequence64, started: UInt64 = 0
    ) throws(Refusal) {
        keys = try EpochKeys(party: stored.party, epoch: stored.epoch, key: stored.epochKey)
        guard roster.epoch == stored.epoch, roster.group == keys.group.publicKey else { throw .epoch }
        identity = try SigningKey(seed: stored.identitySeed)
        id = Derivation.peerID(identity: identity.publicKey)
        (self.stored, self.roster, self.ownCard) = (stored, roster, ownCard)
        (self.wireGuardPrivate, self.wireGuard) = (wireGuardPrivate, ownCard.wg)
        (self.sequence, self.started) = (sequence, started)
        self.sequence.goAbove(ownCard.sequence)
        ownTag = keys.tag(of: ownCard.wg)
        ownLook = LookAlike(stored.memberName)
        if let newest { _ = try accept(newest) }
    }

    /// The party's ID.
    package var party: PartyID { stored.party }
    /// This machine's inside the tunnel.
    package var address: IPAddress { IPAddress(v4: ownCard.ipv4) }
    /// The ID of the member that the roster calls the host.
    package var hostID: PeerID? {
        roster.members.first { $0.status == .host }.map { Derivation.peerID(identity: $0.identity) }
    }
    /// The roster calls this identity the host.
    package var isHost: Bool { roster.members.contains { $0.identity == identity.publicKey && $0.status == .host } }

    /// The member whose machine has this tag; looked up before any cryptography.
    package func member(tag: Tag) -> Member? { members.first { $0.tag == tag } }
    /// The member with this ID.
    package func member(_ id: PeerID) -> Member? { members.first { $0.id == id } }

    /// Another member that has the WireGuard key or the address of this card.
    func holder(of card: Card) -> Member? {
        let id = card.peer
        return members.first { $0.id != id && ($0.card.wg == card.wg || $0.card.ipv4 == card.ipv4) }
    }

    /// No more members are taken, this one counted (PROTOCOL.md §6).
    var isFull: Bool { members.count + 1 >= ControlSpec.members }

    /// The member that makes room in a full party for a card of the host or of a listed member: one that is neither and
    /// that is not connected. Nil when nobody has to, or may.
    func displaced(by card: Card, where isConnected: (PeerID) -> Bool) -> PeerID? {
        func isListed(_ card: Card) -> Bool { roster.members.contains { $0.identity == card.identity } }
        guard isFull, member(card.peer) == nil, isListed(card), (try? roster.check(card)) != nil else { return nil }
        return members.first { !isListed($0.card) && !isConnected($0.id) }?.id
    }

    /// A card seen anywhere: from the control plane or the store. At most 32 members are taken, this one counted.
    /// - Returns: The member if it is new or has changed, nil when nothing new was said.
    package mutating func accept(_ card: Card) throws(Refusal) -> Member? {
        let id = Derivation.peerID(identity: card.identity)
        guard id != self.id else { return nil }
        let held = member(id)
        if let held, held.card.sequence >= card.sequence {
            guard held.card.sequence > card.sequence || held.card.bytes == card.bytes else { throw .duplicate }
            return nil
        }
        guard card.wg != wireGuard, card.ipv4 != ownCard.ipv4 else { throw .duplicate }
        // Who came first keeps key and address; where the roster fixes an address, `accept` of it made room.
        guard holder(of: card) == nil else { throw .duplicate }
        try roster.check(card)
        guard held != nil || !isFull else { throw .members }
        let member = Member(id: id, card: card, tag: keys.tag(of: card.wg))
        members.removeAll { $0.id == id }
        members.insert(member, at: members.firstIndex { $0.id > id } ?? members.endIndex)
        return member
    }

    /// Somebody is a member no more.
    package mutating func forget(_ id: PeerID) { members.removeAll { $0.id == id } }

    /// A roster seen anywhere.
    /// - Returns: Members that it no longer accepts; nil when it is the one already held.
    package mutating func accept(_ newer: Roster) throws(Refusal) -> [PeerID]? {
        guard try newer.supersedes(roster) else { return nil }
        roster = newer
        return outcasts
    }

    /// Members whose cards the roster does not accept: kicked, unlisted in a closed party, or at another's address.
    package var outcasts: [PeerID] {
        members.filter { member in (try? roster.admit(member.card)) == nil }.map(\.id)
    }

    /// Own sequences go on above one that was met.
    package mutating func goAbove(_ seen: UInt64) { sequence.goAbove(seen) }

    /// A new card of our own, when what it says changes.
    /// - Parameter servedPort: where the host's own control plane listens now; nil leaves what the card says of it.
    package mutating func renewCard(ipv4: UInt32, servedPort: UInt16? = nil) throws(Refusal) {
        sequence.advance()
        let port = (servedPort ?? ownCard.servedPort).map { [Card.field(servedPort: $0)] } ?? []
        ownCard = try Card.make(
            party: party, keys: keys, sequence: sequence.value, identity: identity, wg: wireGuard, ipv4: ipv4,
            name: stored.memberName, started: started, ext: port)
    }

    /// The name as people see it: with four characters of the ID when another member's looks alike.
    package func displayName(of id: PeerID) -> String {
        guard let member = member(id), !member.card.name.isEmpty else { return String(id.hex.prefix(8)) }
        let name = member.card.name
        let alike =
            members.contains { $0.id != id && $0.look.resembles(member.look) } || ownLook.resembles(member.look)
        return alike ? "\(name) \(id.hex.prefix(4))" : name
    }
}

/// Another member: its card, verified, and what follows from it.
package struct Member: Equatable, Sendable {
    /// H("peer", identity)[16].
    package let id: PeerID
    /// The highest one seen.
    package let card: Card
    /// What relays and checks know of its machine.
    package let tag: Tag
    let look: LookAlike
    /// Its machine's inside the tunnel.
    package var address: IPAddress { IPAddress(v4: card.ipv4) }

    init(id: PeerID, card: Card, tag: Tag) {
        (self.id, self.card, self.tag) = (id, card, tag)
        look = LookAlike(card.name)
    }
}
