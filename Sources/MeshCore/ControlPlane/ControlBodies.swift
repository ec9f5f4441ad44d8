package import MeshRules
package import MeshWire

extension ControlJSON {
    /// Body of POST P/begin.
    package struct Begin: Codable, Sendable {
        /// Ed25519: who will sign the nonce.
        package var identity: Base64Fixed<PublicKey>
        /// The public half of G₀, which names a live invite; absent for a member that returns.
        package var g0: Base64Fixed<PublicKey>?
    }

    /// A WELCOME and the key by which it is found (PROTOCOL.md §3).
    package struct SealedInvite: Codable, Sendable {
        /// The public half of G₀.
        package var g0: Base64Fixed<PublicKey>
        /// 65 sealed bytes.
        package var welcome: Base64Bytes

        init(_ sealed: SealedWelcome) { (g0, welcome) = (Base64Fixed(sealed.g0), Base64Bytes(sealed.welcome)) }
        /// As the rules take it.
        package var sealed: SealedWelcome { SealedWelcome(g0: g0.value, welcome: welcome.bytes) }
    }

    /// Body of POST /v1/parties.
    package struct Register: Codable, Sendable {
        /// Signed by the host.
        package var roster: Base64Bytes
        /// One for each live invite.
        package var welcomes: [SealedInvite]
        /// The asker's own.
        package var card: Base64Bytes
        /// From `begin`, used once.
        package var nonce: Base64Fixed<Bytes32>
        /// 64 bytes by the identity over keyHash, nonce and card (PROTOCOL.md §6).
        package var sig: Base64Bytes

        /// As the rules take it.
        package var request: ControlRequest {
            .registerParty(
                roster: roster.bytes, welcomes: welcomes.map(\.sealed),
                proof: JoinProof(card: card.bytes, nonce: nonce.value, signature: sig.bytes))
        }
    }

    /// Body of POST P/peers.
    package struct Join: Codable, Sendable {
        /// The public half of G₀, which names a live invite; absent for a member that returns.
        package var g0: Base64Fixed<PublicKey>?
        /// The asker's own.
        package var card: Base64Bytes
        /// From `begin`, used once.
        package var nonce: Base64Fixed<Bytes32>
        /// 64 bytes by the identity over keyHash, nonce and card (PROTOCOL.md §6).
        package var sig: Base64Bytes

        /// As the rules take it.
        package var request: ControlRequest {
            .joinParty(
                g0: g0?.value, proof: JoinProof(card: card.bytes, nonce: nonce.value, signature: sig.bytes))
        }
    }

    /// Body of PUT P: what is absent stays as it is.
    package struct PutParty: Codable, Sendable {
        /// Signed by the host.
        package var roster: Base64Bytes
        /// All live invites.
        package var welcomes: [SealedInvite]?
        /// The sealed epoch key of each remaining member.
        package var grants: [Base64Bytes]?

        /// As the rules take it.
        package var request: ControlRequest {
            .putParty(
                roster: roster.bytes, welcomes: welcomes?.map(\.sealed), grants: grants?.map(\.bytes))
        }
    }

    /// How a member says that its NAT behaves (RFC 4787).
    package struct NAT: Codable, Sendable {
        /// The short name of the other two.
        package var type: NATType
        /// RFC 4787 §4.1.
        package var mapping: NATBehaviour
        /// RFC 4787 §5.
        package var filtering: NATBehaviour

        init(_ nat: PeerNAT) { (type, mapping, filtering) = (nat.type, nat.mapping, nat.filtering) }
        /// As the rules take it.
        package var nat: PeerNAT { PeerNAT(type: type, mapping: mapping, filtering: filtering) }
    }

    /// Body of PUT P/peers/ID: what is absent stays as it is.
    package struct Update: Codable, Sendable {
        /// A newer one of the same identity.
        package var card: Base64Bytes?
        /// Orders tries and forbids none.
        package var nat: NAT?
        /// Sealed checks by the hex ID of their receiver.
        package var candidates: [String: Base64Bytes]?

        /// Throws when a key of `candidates` is no ID.
        package func request() throws(Unreadable) -> ControlRequest {
            var addressed: [AddressedCheck] = []
            for (id, check) in (candidates ?? [:]).sorted(by: { $0.key < $1.key }) {
                guard let peer = PeerID(hex: id) else {
                    throw Unreadable(description: "“candidates”: expected IDs in hex")
                }
                addressed.append(AddressedCheck(peer: peer, check: check.bytes))
            }
            return .updatePeer(PeerUpdate(card: card?.bytes, nat: nat?.nat, candidates: addressed))
        }
    }

    /// Body of POST P/peers/ID/signal.
    package struct Signal: Codable, Sendable {
        /// Sealed for its receiver, at most 1,200 bytes.
        package var check: Base64Bytes
    }

    /// Body of a relay's PUT /v1/relays/ID.
    package struct Relay: Codable, Sendable {
        /// X25519; the ID in the path follows from it.
        package var key: Base64Fixed<PublicKey>
        /// UDP; for a wildcard the server puts the request's source.
        package var endpoints: [Endpoint]
        /// A word for people, or empty.
        package var region: String
        /// Clients that it takes at once.
        package var capacity: UInt32
        /// Clients that it has.
        package var load: UInt32

        /// The relay's own words as JSON.
        package init(_ relay: RelayAnnouncement) {
            (key, endpoints, region) = (Base64Fixed(relay.key), relay.endpoints, relay.region)
            (capacity, load) = (relay.capacity, relay.load)
        }

        /// As the rules take it.
        package var announcement: RelayAnnouncement {
            RelayAnnouncement(
                key: key.value, endpoints: endpoints, region: region, capacity: capacity, load: load)
        }
    }
}
