package import MeshRules
package import MeshWire

/// What a node answers over its socket: one line of JSON, `{"reply": NAME, …}`.
package enum NodeReply: Equatable, Sendable {
    case snapshot(MeshSnapshot)
    case event(EventStatus)
    /// The command is carried out; `text` is what it brought, such as an invite.
    case done(text: String?)
    /// It is not, in one line that ends with what to do.
    case refused(kind: Kind, reason: String)
    /// Nothing is changed yet: the party's network is this one, and nobody has agreed to it. The same request with it as
    /// its consent goes on.
    case asks(network: IPv4Network)

    /// What a refusal means to a script (exit codes follow it).
    package enum Kind: String, Codable, Sendable {
        /// The request itself can't be read.
        case request
        /// What it holds isn't valid: an invite, a name.
        case data
        /// Who asks may not.
        case permission
        /// The node can't do it now.
        case unavailable
    }
}

extension NodeReply: Codable {
    private enum Name: String, Codable { case snapshot, event, done, refused, asks }
    private enum Key: String, CodingKey { case reply, snapshot, event, text, kind, reason, network }

    /// Throws for an unknown reply and for one whose fields are missing.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        switch try container.decode(Name.self, forKey: .reply) {
        case .snapshot: self = .snapshot(try container.decode(MeshSnapshot.self, forKey: .snapshot))
        case .event: self = .event(try container.decode(EventStatus.self, forKey: .event))
        case .done: self = .done(text: try container.decodeIfPresent(String.self, forKey: .text))
        case .refused:
            self = .refused(
                kind: try container.decode(Kind.self, forKey: .kind),
                reason: try container.decode(String.self, forKey: .reason))
        case .asks: self = .asks(network: try container.decode(IPv4Network.self, forKey: .network))
        }
    }

    /// Only the fields that the reply has.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .snapshot(let snapshot):
            try container.encode(Name.snapshot, forKey: .reply)
            try container.encode(snapshot, forKey: .snapshot)
        case .event(let event):
            try container.encode(Name.event, forKey: .reply)
            try container.encode(event, forKey: .event)
        case .done(let text):
            try container.encode(Name.done, forKey: .reply)
            try container.encodeIfPresent(text, forKey: .text)
        case .refused(let kind, let reason):
            try container.encode(Name.refused, forKey: .reply)
            try container.encode(kind, forKey: .kind)
            try container.encode(reason, forKey: .reason)
        case .asks(let network):
            try container.encode(Name.asks, forKey: .reply)
            try container.encode(network, forKey: .network)
        }
    }
}
