package import MeshRules
package import MeshWire

/// What a client asks a node over its socket: one line of JSON, `{"command": NAME, …}`.
package enum NodeRequest: Equatable, Sendable {
    /// One snapshot.
    case status
    /// A snapshot now, and one whenever it changes.
    case snapshots
    /// The log's lines so far and, with `follow`, each new one.
    case events(follow: Bool)
    /// `subnet`: the party's network; nil for the node's own setting, or the first free one.
    /// `publicAddress`: where others reach it from outside; nil for the node's own setting.
    case host(
        party: String, subnet: IPv4Network? = nil, publicAddress: ControlAddress? = nil, consent: NetworkConsent = .any)
    /// The invite is a secret: it travels over the socket, and never as an argument.
    case join(invite: String, consent: NetworkConsent = .any)
    case leave
    /// The invite's text, for the host.
    case invite
    case pinRelay(peer: PeerID, relay: Bytes8)
    /// As `pinRelay`, and answered when the pair's packets take that relay.
    case switchRelay(peer: PeerID, relay: Bytes8)
    case releaseRelay(peer: PeerID)
    /// Stop a host or join that is under way; a party that was entered meanwhile is not left.
    case stopEntering
    /// Try now, and not in some seconds, to set up a network that could not be set up.
    case retry
    /// Stop, and remove everything from the machine. The node stays in its party.
    case shutdown
}

extension NodeRequest: Codable {
    private enum Name: String, Codable {
        case status, snapshots, events, host, join, leave, invite, retry, shutdown
        case pinRelay = "pin-relay"
        case switchRelay = "switch-relay"
        case releaseRelay = "release-relay"
        case stopEntering = "stop-entering"
    }

    private enum Key: String, CodingKey {
        case command, follow, party, subnet, publicAddress, invite, consent, peer, relay
    }

    /// Throws for an unknown command and for one whose fields are missing.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        switch try container.decode(Name.self, forKey: .command) {
        case .status: self = .status
        case .snapshots: self = .snapshots
        case .events: self = .events(follow: try container.decodeIfPresent(Bool.self, forKey: .follow) ?? false)
        case .host:
            self = .host(
                party: try container.decode(String.self, forKey: .party),
                subnet: try container.decodeIfPresent(IPv4Network.self, forKey: .subnet),
                publicAddress: try container.decodeIfPresent(ControlAddress.self, forKey: .publicAddress),
                consent: try container.decodeIfPresent(NetworkConsent.self, forKey: .consent) ?? .any)
        case .join:
            self = .join(
                invite: try container.decode(String.self, forKey: .invite),
                consent: try container.decodeIfPresent(NetworkConsent.self, forKey: .consent) ?? .any)
        case .leave: self = .leave
        case .invite: self = .invite
        case .pinRelay:
            self = .pinRelay(
                peer: try container.decode(PeerID.self, forKey: .peer),
                relay: try container.decode(Bytes8.self, forKey: .relay))
        case .switchRelay:
            self = .switchRelay(
                peer: try container.decode(PeerID.self, forKey: .peer),
                relay: try container.decode(Bytes8.self, forKey: .relay))
        case .releaseRelay: self = .releaseRelay(peer: try container.decode(PeerID.self, forKey: .peer))
        case .stopEntering: self = .stopEntering
        case .retry: self = .retry
        case .shutdown: self = .shutdown
        }
    }

    /// Only the fields that the command has.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(name, forKey: .command)
        switch self {
        case .status, .snapshots, .leave, .invite, .stopEntering, .retry, .shutdown: break
        case .events(let follow): try container.encode(follow, forKey: .follow)
        case .host(let party, let subnet, let publicAddress, let consent):
            try container.encode(party, forKey: .party)
            try container.encodeIfPresent(subnet, forKey: .subnet)
            try container.encodeIfPresent(publicAddress, forKey: .publicAddress)
            if consent != .any { try container.encode(consent, forKey: .consent) }
        case .join(let invite, let consent):
            try container.encode(invite, forKey: .invite)
            if consent != .any { try container.encode(consent, forKey: .consent) }
        case .pinRelay(let peer, let relay), .switchRelay(let peer, let relay):
            try container.encode(peer, forKey: .peer)
            try container.encode(relay, forKey: .relay)
        case .releaseRelay(let peer): try container.encode(peer, forKey: .peer)
        }
    }

    private var name: Name {
        switch self {
        case .status: .status
        case .snapshots: .snapshots
        case .events: .events
        case .host: .host
        case .join: .join
        case .leave: .leave
        case .invite: .invite
        case .pinRelay: .pinRelay
        case .switchRelay: .switchRelay
        case .releaseRelay: .releaseRelay
        case .stopEntering: .stopEntering
        case .retry: .retry
        case .shutdown: .shutdown
        }
    }
}
