package import MeshWire

/// Numbers that PROTOCOL.md fixes.
package enum ControlSpec {
    /// Seconds that a nonce is good for (§6).
    package static let nonceLifetime: UInt64 = 60
    /// Members of a party (§6).
    package static let members = 32
    /// Seconds of silence after which a peer is away (§6).
    package static let awayAfter: UInt64 = 300
    /// Seconds of silence after which a peer, and an unused party, is forgotten (§6): 30 days.
    package static let forgottenAfter: UInt64 = 30 * 86_400
    /// Bytes of a check (§4).
    package static let checkSize = 1_200
}

/// Whom a control plane serves.
package struct ControlPolicy: Sendable {
    /// Parties that are served. To members of all others it is as if nothing were there.
    package enum Parties: Equatable, Sendable {
        /// Whoever comes.
        case any
        /// A host's own control plane, of its party alone.
        case one(PartyID)
        /// A host's own control plane before there is a party.
        case none
    }

    package var parties: Parties
    /// Whether relays with addresses that lead nowhere but to their own machine or link are listed, for trying things out.
    package var allowsLoopback: Bool
    /// `ControlLimits.candidateBytes`, or less.
    package var candidateBytes: Int

    /// Everybody, and relays that others can reach.
    package init(
        parties: Parties = .any, allowsLoopback: Bool = false, candidateBytes: Int = ControlLimits.candidateBytes
    ) {
        (self.parties, self.allowsLoopback, self.candidateBytes) = (parties, allowsLoopback, candidateBytes)
    }

    func serves(_ party: PartyID) -> Bool {
        switch parties {
        case .any: true
        case .one(let served): party == served
        case .none: false
        }
    }
}

/// Our own choices for a control plane.
package enum ControlLimits {
    /// Nonces open at once in all parties; the oldest goes first. Less lets fewer sources push out honest joins, more costs
    /// memory.
    package static let nonces = 4_096
    /// Nonces open at once in one party, so that one party cannot use up everybody's; the oldest goes first.
    package static let noncesOfParty = 64
    /// Nonces open at once for one source (`SourceBlock`); more are refused. Less makes a household of members that all
    /// start at once wait, more lets one machine push out others.
    package static let noncesOfSource = 32
    /// Seconds that a bearer is good for; a member renews it with each heartbeat. Shorter makes a member that slept join
    /// again more often, longer serves whoever stole one.
    package static let bearerLifetime: UInt64 = 86_400
    /// Seconds that a relay's registration lasts. Shorter costs requests, longer lists dead relays.
    package static let relayLifetime: UInt64 = 90
    /// Seconds that a relay token lasts: as long as members may go without the control plane.
    package static let tokenLifetime: UInt64 = 7 * 86_400
    /// WireGuard keys of one identity that get tokens within a token's lifetime. One would make a member that gets a new
    /// state folder wait for days; more lets one member fill its party's table at a relay.
    package static let tokenKeys = 2
    /// Bytes of the candidates that all members have left for each other; beyond, the party that has most loses its own,
    /// which its members ask each other for. Less does so sooner, more costs memory and disk.
    package static let candidateBytes = 64 << 20
    /// Relays on the list; only the operator's can register.
    package static let relays = 64
    /// Parties on one server. Anybody may register one: without a bound a stranger fills the disk.
    package static let parties = 10_000
    /// New parties of one source (`SourceBlock`) in a day. Less stops a school's players behind one address, more lets
    /// fewer sources fill the server.
    package static let partiesOfSource = 20
    /// Seconds that a registration counts against its source: a day.
    package static let registrationDay: UInt64 = 86_400
    /// Addresses kept in one party, members who have left included. Beyond it one of those who left loses theirs; more
    /// lets a party whose members come and go for fun fill the disk.
    package static let addresses = 256
    /// Endpoints that one relay may name.
    package static let endpointsOfRelay = 8
    /// Live invites of one party.
    package static let welcomes = 16
    /// Seconds by which the calendar may go ahead or behind between two looks a few seconds apart without counting as set.
    /// Less takes a busy machine's pauses for a jump, more lets a jump of that size shorten somebody's silence.
    package static let clockJump: UInt64 = 60
    /// Seconds between two heartbeats of a peer that are written down. Shorter wears the disk, longer blurs the 30 days.
    package static let heartbeatRecord: UInt64 = 3_600
    /// Seconds that a server which was away for weeks gives its peers to come back before it forgets them: a day.
    package static let returnAfterStart: UInt64 = 86_400
}
