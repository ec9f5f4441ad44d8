package import MeshRules
package import MeshWire

extension ControlJSON {
    package struct Begin: Codable, Sendable {
        package var identity: Base64Fixed<PublicKey>
        package var g0: Base64Fixed<PublicKey>?
    }

    package struct SealedInvite: Codable, Sendable {
        package var g0: Base64Fixed<PublicKey>
        package var welcome: Base64Bytes

        init(_ sealed: SealedWelcome) { (g0, welcome) = (Base64Fixed(sealed.g0), Base64Bytes(sealed.welcome)) }
        package var sealed: SealedWelcome { SealedWelcome(g0: g0.value, welcome: welcome.bytes) }
    }

    package struct Register: Codable, Sendable {
        package var roster: Base64Bytes
        package var welcomes: [SealedInvite]
        package var card: Base64Bytes
        package var nonce: Base64Fixed<Bytes32>
        package var sig: Base64Bytes

        package var request: ControlRequest {
            .registerParty(
                roster: roster.bytes, welcomes: welcomes.map(\.sealed),
                proof: JoinProof(card: card.bytes, nonce: nonce.value, signature: sig.bytes))
        }
    }

    package struct Join: Codable, Sendable {
        package var g0: Base64Fixed<PublicKey>?
        package var card: Base64Bytes
        package var nonce: Base64Fixed<Bytes32>
        package var sig: Base64Bytes

        package var request: ControlRequest {
            .joinParty(
                g0: g0?.value, proof: JoinProof(card: card.bytes, nonce: nonce.value, signature: sig.bytes))
        }
    }

    package struct PutParty: Codable, Sendable {
        package var roster: Base64Bytes
        package var welcomes: [SealedInvite]?
        package var grants: [Base64Bytes]?

        package var request: ControlRequest {
            .putParty(
                roster: roster.bytes, welcomes: welcomes?.map(\.sealed), grants: grants?.map(\.bytes))
        }
    }

    package struct NAT: Codable, Sendable {
        package var type: NATType
        package var mapping: NATBehaviour
        package var filtering: NATBehaviour

        init(_ nat: PeerNAT) { (type, mapping, filtering) = (nat.type, nat.mapping, nat.filtering) }
        package var nat: PeerNAT { PeerNAT(type: type, mapping: mapping, filtering: filtering) }
    }

    package struct Update: Codable, Sendable {
        package var card: Base64Bytes?
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

    package struct Signal: Codable, Sendable {
        package var check: Base64Bytes
    }

    package struct Relay: Codable, Sendable {
        package var key: Base64Fixed<PublicKey>
        package var endpoints: [Endpoint]
        package var region: String
        package var capacity: UInt32
        package var load: UInt32

        package init(_ relay: RelayAnnouncement) {
            (key, endpoints, region) = (Base64Fixed(relay.key), relay.endpoints, relay.region)
            (capacity, load) = (relay.capacity, relay.load)
        }

        package var announcement: RelayAnnouncement {
            RelayAnnouncement(
                key: key.value, endpoints: endpoints, region: region, capacity: capacity, load: load)
        }
    }
}
