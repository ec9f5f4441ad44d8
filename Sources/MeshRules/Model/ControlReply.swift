package import MeshWire

/// What a control plane answers.
package enum ControlReply: Equatable, Sendable {
    case begun(Begun)
    case joined(Joined)
    case party(roster: [UInt8], grant: [UInt8]?)
    case peers([PeerInfo])
    /// Seconds since 1970 by the server's clock, and a bearer that is good until `expires`.
    case heartbeat(time: UInt64, token: String, expires: UInt64)
    /// `token`: a relay TOKEN for these relays, nil when the server has no relays.
    case relays([RelayInfo], token: [UInt8]?)
    case done
    case refused(ControlRefusal)
}

/// Why a request was not carried out: a rule's reason, or that nobody could be asked.
package enum ControlRefusal: Error, Equatable, Sendable {
    case rule(Refusal)
    /// 404: the party, the invite or the peer is not known there.
    case unknown(String)
    /// 401: the bearer is missing, forged or has expired; joining again mends it.
    case unauthorised
    /// 429: the asker's address has asked for too much; it may again after so many seconds.
    case busy(retryAfter: UInt64)
    /// The server did not answer, or not sensibly; what was tried and why it failed, in one line.
    case unreachable(String)
    /// Nobody was asked: only plain HTTP over the internet leads there, or this machine's own control plane can't be
    /// opened; why, in one line that ends with what to do.
    case notAsked(String)
}

extension ControlRefusal: CustomStringConvertible {
    /// One line that says what to do.
    package var description: String {
        switch self {
        case .rule(let refusal): Self.words(refusal)
        case .unknown("this invite"):
            "the control server does not know this invite, it was revoked or has run out: ask the host for a new one"
        case .unknown(let what): "the control server does not know \(what): ask the host for a new invite"
        case .unauthorised: "the control server does not know this member any more: join again (meshtui join)"
        case .busy(let seconds): "the control server is asked too often from here: try again in \(Self.text(seconds))"
        case .unreachable(let why): "the control server can't be reached, \(why): check its address and that it runs"
        case .notAsked(let why): why
        }
    }

    private static func words(_ refusal: Refusal) -> String {
        switch refusal {
        case .kicked: "the host has removed this machine from the party: ask the host to take it in again"
        case .closed: "the party is closed to newcomers: ask the host to open it for you"
        case .ended: "the party has ended: ask the host for an invite to the next one"
        case .members: "the party is full: ask the host to remove somebody"
        case .full: "the control server has no room left: try again later, or choose another server"
        case .expired, .replay: "the control server's question was answered too late: try again"
        case .duplicate:
            "another member has this machine's key, from before it left or from a copied state folder: stop the node (meshtui down), move its state folder away and join anew"
        default: "the control server did not take it, \(refusal): try again, and ask its operator if that doesn't help"
        }
    }

    private static func text(_ seconds: UInt64) -> String {
        switch seconds {
        case ..<120: "\(max(1, seconds)) s"
        case ..<7_200: "\((seconds - 1) / 60 + 1) minutes"
        default: "\((seconds - 1) / 3_600 + 1) hours"
        }
    }
}

/// The answer to `begin`.
package struct Begun: Equatable, Sendable {
    /// To be signed within 60 s, once.
    package var nonce: Bytes32
    /// Of the server's TLS key; must be the invite's.
    package var keyHash: Bytes16
    /// The party's roster; nil when the server doesn't know the party.
    package var roster: [UInt8]?
    /// The address that is held for this member.
    package var ipv4: UInt32?
    /// The epoch key, sealed for whoever has the invite.
    package var welcome: [UInt8]?
    /// A newer epoch key, sealed for this member.
    package var grant: [UInt8]?

    /// An answer of its parts.
    package init(
        nonce: Bytes32, keyHash: Bytes16, roster: [UInt8]? = nil, ipv4: UInt32? = nil, welcome: [UInt8]? = nil,
        grant: [UInt8]? = nil
    ) {
        (self.nonce, self.keyHash, self.roster, self.ipv4) = (nonce, keyHash, roster, ipv4)
        (self.welcome, self.grant) = (welcome, grant)
    }
}

/// The answer to `register_party` and `join_party`.
package struct Joined: Equatable, Sendable {
    /// The bearer for every further request.
    package var token: String
    /// When it expires, seconds since 1970 by the server's clock.
    package var expires: UInt64
    /// The party's roster at this moment.
    package var roster: [UInt8]
    /// The other members.
    package var peers: [PeerInfo]
    /// The last event that this answer already holds.
    package var event: UInt64

    /// An answer of its parts.
    package init(token: String, expires: UInt64, roster: [UInt8], peers: [PeerInfo], event: UInt64) {
        (self.token, self.expires, self.roster, self.peers, self.event) = (token, expires, roster, peers, event)
    }
}

/// A member as the control plane tells of it. Who it is stands in the card alone.
package struct PeerInfo: Equatable, Sendable {
    /// As the member has signed it.
    package var card: [UInt8]
    /// How its NAT behaves, as it says itself.
    package var nat: PeerNAT
    /// Seconds since 1970 by the server's clock.
    package var lastHeartbeat: UInt64
    /// Silent for five minutes.
    package var away: Bool
    /// The sealed candidates that it left for the asker.
    package var candidates: [UInt8]?

    /// A row of its parts.
    package init(card: [UInt8], nat: PeerNAT, lastHeartbeat: UInt64, away: Bool, candidates: [UInt8]?) {
        (self.card, self.nat, self.lastHeartbeat, self.away) = (card, nat, lastHeartbeat, away)
        self.candidates = candidates
    }
}

/// A relay that a control plane lists, or that a person gave by hand (then without a token and with an empty region).
package struct RelayInfo: Equatable, Sendable {
    /// H("relay", key)[8].
    package var id: Bytes8
    /// X25519, the relay's name.
    package var key: PublicKey
    /// Where it listens; tried in this order.
    package var endpoints: [Endpoint]
    /// Its operator's word for where it stands; empty when that is none.
    package let region: String

    /// What people call it: its region, else the beginning of its ID.
    package var name: String { region.isEmpty ? String(id.hex.prefix(8)) : region }

    /// A relay; its ID follows from the key. Of its endpoints the first eight are tried, and a region that is no name
    /// (PROTOCOL.md §3) counts as absent, wherever both come from.
    package init(key: PublicKey, endpoints: [Endpoint], region: String) {
        (self.id, self.key) = (Derivation.relayID(key: key), key)
        self.endpoints = Array(endpoints.prefix(ControlLimits.endpointsOfRelay))
        self.region = (try? MemberName(region))?.text ?? ""
    }
}

/// What a control plane pushes to the members of a party.
package enum ControlEvent: Equatable, Sendable {
    case peer(PeerInfo)
    case left(PeerID)
    case roster([UInt8])
    case grant([UInt8])
    case signal(from: PeerID, check: [UInt8])
    /// The list of relays has changed: ask again.
    case relays
}
