package import MeshWire

/// What a node must not lose. A record is durable before the effect behind it begins (DESIGN.md §2).
package enum Record: Equatable, Sendable {
    /// The party with its secrets: replaces what was stored of it before.
    case party(StoredParty)
    /// The highest roster of the epoch whose key is held, stored before it is acted on.
    case roster([UInt8])
    /// A roster above it of an epoch whose key is not held: its rank and hash count after a restart too, so that nobody
    /// can serve the older one again unnoticed.
    case newestRoster([UInt8])
    case card(PeerID, [UInt8])
    case forgetCard(PeerID)
    /// Relays and the token for them, as last told.
    case relays([RelayInfo], token: [UInt8]?)
    /// A person's pin of a relay for a peer; nil releases it.
    case pin(PeerID, relay: Bytes8?)
    /// The direct endpoint that last worked for a peer.
    case lastPath(PeerID, Endpoint)
    /// How often the node counts as started: counters have gone on above those of the last start, and the next start
    /// goes on above these.
    case incarnation(UInt32)
    /// The party was left: everything but the incarnation goes.
    case forgetParty
}

/// The party that a node is in, secrets included. It is kept in a file only its owner reads, and never printed.
package struct StoredParty: Equatable, Sendable {
    /// The party's ID.
    package var party: PartyID
    /// Seed of the root key; nil for all but the host.
    package var rootSeed: Bytes32?
    /// Seed of this member's identity.
    package var identitySeed: Bytes32
    /// Text of the invite, nil once the host has revoked it.
    package var invite: String?
    /// Whose key is held.
    package var epoch: UInt32
    /// Kₑ.
    package var epochKey: Bytes32
    /// Where the control plane is; empty for the host's own.
    package var servers: [InviteCode.Server]
    /// What this member calls itself.
    package var memberName: String

    /// A party of its parts.
    package init(
        party: PartyID, rootSeed: Bytes32?, identitySeed: Bytes32, invite: String?, epoch: UInt32, epochKey: Bytes32,
        servers: [InviteCode.Server], memberName: String
    ) {
        (self.party, self.rootSeed, self.identitySeed) = (party, rootSeed, identitySeed)
        (self.invite, self.epoch, self.epochKey) = (invite, epoch, epochKey)
        (self.servers, self.memberName) = (servers, memberName)
    }
}

/// What a node knows when it starts, as its store has kept it.
package struct StoredNode: Equatable, Sendable {
    /// Raised by one at each start: the upper half of sequences and counters (PROTOCOL.md, Notation).
    package var incarnation: UInt32
    /// Nil when the node is in none.
    package var party: StoredParty?
    /// The highest roster of the epoch whose key is held.
    package var roster: [UInt8]?
    /// A higher one of a later epoch.
    package var newestRoster: [UInt8]?
    /// Sorted by peer.
    package var cards: [[UInt8]]
    /// As last told by the control plane.
    package var relays: [RelayInfo]
    /// For those relays.
    package var relayToken: [UInt8]?
    /// Relays that a person has chosen, by peer.
    package var pins: [PeerID: Bytes8]
    /// Where peers were last reached directly.
    package var lastPaths: [PeerID: Endpoint]

    /// What was found in the store; by default nothing.
    package init(
        incarnation: UInt32, party: StoredParty? = nil, roster: [UInt8]? = nil,
        newestRoster: [UInt8]? = nil, cards: [[UInt8]] = [],
        relays: [RelayInfo] = [], relayToken: [UInt8]? = nil, pins: [PeerID: Bytes8] = [:],
        lastPaths: [PeerID: Endpoint] = [:]
    ) {
        (self.incarnation, self.party, self.roster) = (incarnation, party, roster)
        (self.newestRoster, self.cards) = (newestRoster, cards)
        (self.relays, self.relayToken, self.pins, self.lastPaths) = (relays, relayToken, pins, lastPaths)
    }
}
