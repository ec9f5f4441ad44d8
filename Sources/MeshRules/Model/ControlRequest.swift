package import MeshWire

/// What a member asks of a control plane (PROTOCOL.md §6). The same values travel in process and as JSON over HTTP.
package enum ControlRequest: Equatable, Sendable {
    /// Opens a registration or a join: a nonce to sign, and what is needed to make a card. `g0` names a live invite.
    case begin(identity: PublicKey, g0: PublicKey?)
    case registerParty(roster: [UInt8], welcomes: [SealedWelcome], proof: JoinProof)
    case joinParty(g0: PublicKey?, proof: JoinProof)
    case getParty
    case putParty(roster: [UInt8], welcomes: [SealedWelcome]?, grants: [[UInt8]]?)
    case getPeers
    case discoverPeer(PeerID)
    case updatePeer(PeerUpdate)
    case leaveParty
    /// A sealed check for another member; delivered as an event, kept for a member without a connection.
    case signal(to: PeerID, check: [UInt8])
    case heartbeat
    case relays
}

/// A WELCOME and the public half of the invite's group key, by which the server finds it.
package struct SealedWelcome: Equatable, Sendable, Codable {
    /// Names the invite.
    package var g0: PublicKey
    /// The epoch key, sealed for whoever has the invite.
    package var welcome: [UInt8]

    /// A WELCOME and its name.
    package init(g0: PublicKey, welcome: [UInt8]) { (self.g0, self.welcome) = (g0, welcome) }
}

/// A card and the identity's signature over the server's nonce, which ties the card to this server and this moment.
package struct JoinProof: Equatable, Sendable {
    /// What is to be shown to the others.
    package var card: [UInt8]
    /// Of `begin`.
    package var nonce: Bytes32
    /// By the card's identity.
    package var signature: [UInt8]

    /// A proof of its parts.
    package init(card: [UInt8], nonce: Bytes32, signature: [UInt8]) {
        (self.card, self.nonce, self.signature) = (card, nonce, signature)
    }
}

/// How a member's NAT behaves, as it says itself: it orders tries and forbids none.
package struct PeerNAT: Equatable, Sendable, Codable {
    /// By the names people use.
    package var type: NATType
    /// RFC 4787 §4.1.
    package var mapping: NATBehaviour
    /// RFC 4787 §5.
    package var filtering: NATBehaviour

    /// A behaviour of its parts; unknown by default.
    package init(type: NATType = .unknown, mapping: NATBehaviour = .unknown, filtering: NATBehaviour = .unknown) {
        (self.type, self.mapping, self.filtering) = (type, mapping, filtering)
    }
}

/// What a member changes about itself; nil leaves a part as it is.
package struct PeerUpdate: Equatable, Sendable {
    /// A newer card of the same identity.
    package var card: [UInt8]?
    /// How its NAT behaves now.
    package var nat: PeerNAT?
    /// A sealed candidates check for each other member, sorted by ID.
    package var candidates: [AddressedCheck]

    /// What is left out stays as it is.
    package init(card: [UInt8]? = nil, nat: PeerNAT? = nil, candidates: [AddressedCheck] = []) {
        (self.card, self.nat, self.candidates) = (card, nat, candidates)
    }
}

/// A sealed check and the member it is for (or from).
package struct AddressedCheck: Equatable, Sendable {
    /// Whom it is for, or from.
    package var peer: PeerID
    /// Sealed for those two alone.
    package var check: [UInt8]

    /// A check and its member.
    package init(peer: PeerID, check: [UInt8]) { (self.peer, self.check) = (peer, check) }
}
