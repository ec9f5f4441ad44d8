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
    package var g0: PublicKey
    package var welcome: [UInt8]

    package init(g0: PublicKey, welcome: [UInt8]) { (self.g0, self.welcome) = (g0, welcome) }
}

/// A card and the identity's signature over the server's nonce, which ties the card to this server and this moment.
package struct JoinProof: Equatable, Sendable {
    package var card: [UInt8]
    package var nonce: Bytes32
    package var signature: [UInt8]

    package init(card: [UInt8], nonce: Bytes32, signature: [UInt8]) {
        (self.card, self.nonce, self.signature) = (card, nonce, signature)
    }
}

/// How a member's NAT behaves, as it says itself: it orders tries and forbids none.
package struct PeerNAT: Equatable, Sendable, Codable {
    package var type: NATType
    package var mapping: NATBehaviour
    package var filtering: NATBehaviour

    package init(type: NATType = .unknown, mapping: NATBehaviour = .unknown, filtering: NATBehaviour = .unknown) {
        (self.type, self.mapping, self.filtering) = (type, mapping, filtering)
    }
}

/// What a member changes about itself; nil leaves a part as it is.
package struct PeerUpdate: Equatable, Sendable {
    package var card: [UInt8]?
    package var nat: PeerNAT?
    /// A sealed candidates check for each other member, sorted by ID.
    package var candidates: [AddressedCheck]

    package init(card: [UInt8]? = nil, nat: PeerNAT? = nil, candidates: [AddressedCheck] = []) {
        (self.card, self.nat, self.candidates) = (card, nat, candidates)
    }
}

/// A sealed check and the member it is for (or from).
package struct AddressedCheck: Equatable, Sendable {
    package var peer: PeerID
    package var check: [UInt8]

    package init(peer: PeerID, check: [UInt8]) { (self.peer, self.check) = (peer, check) }
}
