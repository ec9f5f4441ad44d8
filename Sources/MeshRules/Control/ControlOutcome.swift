package import MeshWire

/// Who asks, as the transport has made sure.
package enum Caller: Equatable, Sendable {
    case anonymous
    /// The bearer of this member was valid; the rules still ask whether it is a member now.
    case member(PeerID)
    /// Whoever runs the server, and its relays.
    case relayOperator
}

/// What a request or the passing of time brings about. The records are made durable before the reply and the changes
/// leave (DESIGN.md §2).
package struct ControlOutcome: Equatable, Sendable {
    /// What has to be durable first, in this order and all or none.
    package var records: [ControlRecord]
    /// What the asker is told.
    package var reply: ControlReply
    /// What others are told.
    package var changes: [Change]

    /// By default nothing is kept and nobody is told.
    package init(records: [ControlRecord] = [], reply: ControlReply = .done, changes: [Change] = []) {
        (self.records, self.reply, self.changes) = (records, reply, changes)
    }
}

/// Something that others are told.
package struct Change: Equatable, Sendable {
    /// Which members.
    package enum Audience: Equatable, Sendable {
        case all(except: PeerID?)
        case one(PeerID)
    }

    /// Nil: the members of every party.
    package var party: PartyID?
    /// Who of the party hears of it.
    package var to: Audience
    /// What they hear.
    package var event: ControlEvent

    /// A change of its parts.
    package init(party: PartyID?, to audience: Audience, event: ControlEvent) {
        (self.party, self.to, self.event) = (party, audience, event)
    }
}
