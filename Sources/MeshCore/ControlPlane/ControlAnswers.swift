package import MeshRules
import MeshWire

extension ControlJSON {
    /// Answers POST P/begin.
    package struct BegunBody: Codable, Sendable {
        var nonce: Base64Fixed<Bytes32>
        var keyHash: Base64Fixed<Bytes16>
        var roster: Base64Bytes?
        /// Dotted.
        var ipv4: IPv4Text?
        var welcome: Base64Bytes?
        var grant: Base64Bytes?

        /// The rules' answer as JSON.
        package init(_ begun: Begun) {
            (nonce, keyHash) = (Base64Fixed(begun.nonce), Base64Fixed(begun.keyHash))
            (roster, ipv4) = (begun.roster.map(Base64Bytes.init), begun.ipv4.map(IPv4Text.init))
            (welcome, grant) = (begun.welcome.map(Base64Bytes.init), begun.grant.map(Base64Bytes.init))
        }

        /// JSON as the rules' answer.
        package var begun: Begun {
            Begun(
                nonce: nonce.value, keyHash: keyHash.value, roster: roster?.bytes, ipv4: ipv4?.number,
                welcome: welcome?.bytes, grant: grant?.bytes)
        }
    }

    /// An IPv4 address as people write it.
    struct IPv4Text: Codable, Sendable {
        var number: UInt32

        init(_ number: UInt32) { self.number = number }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            guard let number = IPAddress(try container.decode(String.self))?.v4 else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "expected an IPv4 address")
            }
            self.number = number
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode("\(IPAddress(v4: number))")
        }
    }

    /// PeerInfo of PROTOCOL.md §6: who it is stands in the card alone.
    package struct PeerBody: Codable, Sendable {
        var card: Base64Bytes
        var nat: NAT
        var lastHeartbeat: Bounded<UnixSeconds>
        var away: Bool
        var candidates: Base64Bytes?

        /// The rules' row as JSON.
        package init(_ info: PeerInfo) {
            (card, nat) = (Base64Bytes(info.card), NAT(info.nat))
            (lastHeartbeat, away) = (Bounded(info.lastHeartbeat), info.away)
            candidates = info.candidates.map(Base64Bytes.init)
        }

        /// JSON as the rules' row.
        package var info: PeerInfo {
            PeerInfo(
                card: card.bytes, nat: nat.nat, lastHeartbeat: lastHeartbeat.value, away: away,
                candidates: candidates?.bytes)
        }
    }

    /// Answers register_party and join_party; `expires` is in seconds since 1970, `event` the last one it holds.
    package struct JoinedBody: Codable, Sendable {
        var token: BearerToken
        var expires: Bounded<UnixSeconds>
        var roster: Base64Bytes
        var peers: Limited<PeerBody, PeerList>
        var event: Bounded<EventNumber>

        /// The rules' answer as JSON.
        package init(_ joined: Joined) {
            (token, expires) = (BearerToken(joined.token), Bounded(joined.expires))
            (roster, event) = (Base64Bytes(joined.roster), Bounded(joined.event))
            peers = Limited(joined.peers.map(PeerBody.init))
        }

        /// JSON as the rules' answer.
        package var joined: Joined {
            Joined(
                token: token.text, expires: expires.value, roster: roster.bytes, peers: peers.elements.map(\.info),
                event: event.value)
        }
    }

    /// Answers GET and PUT P.
    package struct PartyBody: Codable, Sendable {
        /// Signed by the host.
        package var roster: Base64Bytes
        /// The asker's sealed epoch key, if one waits for it.
        package var grant: Base64Bytes?

        /// The rules' answer as JSON.
        package init(roster: [UInt8], grant: [UInt8]?) {
            (self.roster, self.grant) = (Base64Bytes(roster), grant.map(Base64Bytes.init))
        }
    }

    /// Answers GET P/peers: everybody but the asker.
    package struct PeersBody: Codable, Sendable {
        /// Sorted by ID.
        package var peers: Limited<PeerBody, PeerList>
        /// The rules' rows as JSON.
        package init(_ infos: [PeerInfo]) { peers = Limited(infos.map(PeerBody.init)) }
    }

    /// Answers POST P/heartbeat.
    package struct HeartbeatBody: Codable, Sendable {
        /// The server's clock, in seconds since 1970.
        var time: Bounded<UnixSeconds>
        /// The bearer from now on.
        var token: BearerToken
        /// When that bearer expires, by the same clock.
        var expires: Bounded<UnixSeconds>

        /// The rules' answer as JSON.
        package init(time: UInt64, token: String, expires: UInt64) {
            (self.time, self.token, self.expires) = (Bounded(time), BearerToken(token), Bounded(expires))
        }
        /// JSON as the rules' answer.
        package var reply: ControlReply { .heartbeat(time: time.value, token: token.text, expires: expires.value) }
    }

    /// One relay of GET /v1/relays.
    package struct ListedRelayBody: Codable, Sendable {
        var id: Bytes8
        var key: Base64Fixed<PublicKey>
        var endpoints: [Endpoint]
        var region: String

        init(_ relay: RelayInfo) {
            (id, key) = (relay.id, Base64Fixed(relay.key))
            (endpoints, region) = (relay.endpoints, relay.region)
        }
        var info: RelayInfo { RelayInfo(key: key.value, endpoints: endpoints, region: region) }
    }

    /// Answers GET /v1/relays; without relays there is no token.
    package struct RelaysBody: Codable, Sendable {
        var relays: Limited<ListedRelayBody, RelayList>
        var token: Base64Bytes?
        /// From when on the asker gets a token for its key, where it has used up its keys; seconds since 1970.
        var tokenAfter: Bounded<UnixSeconds>?

        /// The rules' answer as JSON.
        package init(_ relays: [RelayInfo], token: [UInt8]?, tokenAfter: UInt64? = nil) {
            self.relays = Limited(relays.map(ListedRelayBody.init))
            (self.token, self.tokenAfter) = (token.map(Base64Bytes.init), tokenAfter.map { Bounded($0) })
        }
        /// JSON as the rules' answer.
        package var reply: ControlReply { .relays(relays.elements.map(\.info), token: token?.bytes) }
    }

    /// Answers a relay's PUT; `time` is in seconds since 1970, `lifetime` in seconds.
    package struct LeaseBody: Codable, Sendable {
        var issuer: Base64Fixed<PublicKey>
        var time: Bounded<UnixSeconds>
        var lifetime: Bounded<LifetimeSeconds>

        /// The rules' answer as JSON.
        package init(_ lease: RelayLease) {
            (issuer, time) = (Base64Fixed(lease.issuer), Bounded(lease.time))
            lifetime = Bounded(lease.lifetime)
        }
        /// JSON as the rules' answer.
        package var lease: RelayLease {
            RelayLease(issuer: issuer.value, time: time.value, lifetime: lifetime.value)
        }
    }
}
