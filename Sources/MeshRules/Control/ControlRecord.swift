package import MeshWire

/// What a control plane must not lose: public keys, signed statements and sealed bytes only (PROTOCOL.md §6). Each record
/// replaces the one of the same kind and the same keys.
package enum ControlRecord: Equatable, Sendable {
    /// A party and when somebody last used it, in seconds since 1970.
    case party(PartyID, roster: [UInt8], used: UInt64)
    /// The party with everything that belongs to it goes.
    case removeParty(PartyID)
    /// All live invites of a party.
    case welcomes(PartyID, [SealedWelcome])
    /// The sealed epoch key for each remaining member, all at once.
    case grants(PartyID, [[UInt8]])
    case peer(PartyID, StoredPeer)
    case removePeer(PartyID, PeerID)
    /// The address of a peer ID, kept when it leaves; nil gives it free.
    case address(PartyID, PeerID, UInt32?)
    case relay(RelayAnnouncement)
    case removeRelay(Bytes8)
}

/// A member as it is kept.
package struct StoredPeer: Equatable, Sendable {
    /// Follows from the card's identity.
    package var id: PeerID
    /// As its owner has signed it.
    package var card: [UInt8]
    /// What its owner last said.
    package var nat: PeerNAT
    /// Seconds since 1970 by the server's clock; coarse, as not every heartbeat is written down.
    package var lastHeartbeat: UInt64
    /// The sealed candidates that it left, by their receiver, sorted.
    package var candidates: [AddressedCheck]

    /// A row of its parts.
    package init(
        id: PeerID, card: [UInt8], nat: PeerNAT, lastHeartbeat: UInt64, candidates: [AddressedCheck]
    ) {
        (self.id, self.card, self.nat) = (id, card, nat)
        (self.lastHeartbeat, self.candidates) = (lastHeartbeat, candidates)
    }
}

/// A relay as it registers with a control plane.
package struct RelayAnnouncement: Equatable, Sendable {
    /// X25519.
    package var key: PublicKey
    /// UDP addresses at which clients reach it, at most eight.
    package var endpoints: [Endpoint]
    /// A name by the rules of PROTOCOL.md §3, or empty.
    package var region: String
    /// How many clients it takes.
    package var capacity: UInt32
    /// How many it has.
    package var load: UInt32

    /// An announcement of its parts.
    package init(key: PublicKey, endpoints: [Endpoint], region: String, capacity: UInt32, load: UInt32) {
        (self.key, self.endpoints, self.region) = (key, endpoints, region)
        (self.capacity, self.load) = (capacity, load)
    }

    /// H("relay", key)[8].
    package var id: Bytes8 { Derivation.relayID(key: key) }
}

/// What a relay is told when it registers.
package struct RelayLease: Equatable, Sendable {
    /// Whose tokens it is to accept.
    package var issuer: PublicKey
    /// The issuer's time, in seconds since 1970: tokens expire by it.
    package var time: UInt64
    /// Seconds until the relay is taken off the list unless it registers again.
    package var lifetime: UInt64

    /// A lease of its parts.
    package init(issuer: PublicKey, time: UInt64, lifetime: UInt64) {
        (self.issuer, self.time, self.lifetime) = (issuer, time, lifetime)
    }
}
