package import MeshWire

/// What a control plane does with a request (PROTOCOL.md §6): the one set of rules for the server and for a host that
/// serves its own party. A value without clock, randomness or I/O: those come in as parameters, and what has to be kept
/// goes out as records.
///
/// It holds public keys, signed statements and sealed bytes; it can refuse, but it can neither join a party nor read,
/// redirect or roll back what its members say.
package struct ControlRules: Sendable {
    /// SHA-256 of the SPKI of the server's TLS key, first 16 bytes: what joins are signed for.
    package let keyHash: Bytes16
    /// Since when silence is counted: the start, or the last jump of the clock; seconds since 1970.
    package private(set) var startedAt: UInt64
    private var watch = ClockWatch()
    let issuer: SigningKey
    let bearer: Bearer
    /// Whom it serves.
    package private(set) var policy: ControlPolicy
    var parties = SortedTable<PartyID, ControlParty>()
    var relays = SortedTable<Bytes8, ListedRelay>()
    var nonces = NonceBook()
    var registrations = RegistrationBook()
    /// Of all parties: counted anew by each sweep, and from then on what was added.
    var candidateBytes = 0

    /// - Parameters:
    ///   - bearerKey: secret of this server; another one makes every member join again.
    ///   - issuer: signs the relay tokens.
    ///   - startedAt: when this server started, seconds since 1970.
    package init(
        keyHash: Bytes16, bearerKey: Bytes32, issuer: SigningKey, startedAt: UInt64,
        policy: ControlPolicy = ControlPolicy()
    ) {
        (self.keyHash, self.startedAt, self.issuer, self.policy) = (keyHash, startedAt, issuer, policy)
        bearer = Bearer(key: bearerKey)
    }

    /// Notices a jump of the calendar; to be called before anything else is decided at a moment. Somebody set the clock, or
    /// the machine slept: how long anybody was silent is not known, so silence counts from now on, as after a start.
    ///
    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - uptime: seconds since any fixed moment, by a clock that nobody sets.
    package mutating func observe(now: UInt64, uptime: UInt64) {
        if watch.jumps(now: now, uptime: uptime) { startedAt = now }
    }

    /// Goes on in place of rules that are ahead of the store: who has asked how much, and who is served, is not stored.
    package mutating func takeBooks(of other: ControlRules) {
        (nonces, registrations, watch, policy) = (other.nonces, other.registrations, other.watch, other.policy)
        for id in parties.keys { parties[id]?.tokens = other.parties[id]?.tokens ?? SortedTable() }
    }

    /// Decides one request.
    ///
    /// - Parameters:
    ///   - source: where it came from, by which strangers are limited.
    ///   - now: seconds since 1970 by the server's clock.
    package mutating func handle(
        _ request: ControlRequest, party: PartyID, from caller: Caller, source: RequestSource, now: UInt64,
        random: inout some RandomNumberGenerator
    ) -> ControlOutcome {
        do throws(ControlRefusal) {
            return try decide(request, party: party, from: caller, source: source, now: now, random: &random)
        } catch {
            return ControlOutcome(reply: .refused(error))
        }
    }

    /// The member that a bearer belongs to, nil when it is forged or expired, or the peer is no member (any more).
    package func authenticate(bearer text: String, party: PartyID, now: UInt64) -> PeerID? {
        guard let peer = bearer.peer(of: text, party: party, now: now), isMember(peer, of: party) else { return nil }
        return peer
    }

    /// The party that a bearer is for, unproven: `authenticate` proves it.
    package static func party(ofBearer text: String) -> PartyID? { Bearer.party(of: text) }

    /// Serves these parties from now on.
    package mutating func serve(_ parties: ControlPolicy.Parties) { policy.parties = parties }

    /// Whether the peer is a member now.
    package func isMember(_ peer: PeerID, of party: PartyID) -> Bool {
        policy.serves(party) && parties[party]?.peers[peer] != nil
    }

    private mutating func decide(
        _ request: ControlRequest, party: PartyID, from caller: Caller, source: RequestSource, now: UInt64,
        random: inout some RandomNumberGenerator
    ) throws(ControlRefusal) -> ControlOutcome {
        guard policy.serves(party) else { throw .unknown("this party") }
        switch request {
        case .begin(let identity, let g0):
            return try begin(identity, g0: g0, party: party, source: source, now: now, random: &random)
        case .registerParty(let roster, let welcomes, let proof):
            return try register(roster, welcomes: welcomes, proof: proof, party: party, source: source, now: now)
        case .joinParty(let g0, let proof):
            return try join(proof, g0: g0, party: party, now: now)
        case .relays:
            return relays(for: try member(caller, of: party), now: now)
        default:
            return try memberRequest(request, from: try member(caller, of: party), now: now)
        }
    }

    private mutating func memberRequest(
        _ request: ControlRequest, from member: Member, now: UInt64
    ) throws(ControlRefusal) -> ControlOutcome {
        switch request {
        case .getParty:
            ControlOutcome(
                reply: .party(roster: member.party.roster.bytes, grant: member.party.grants[member.peer]))
        case .getPeers:
            ControlOutcome(reply: .peers(member.party.infos(for: member.peer, now: now, startedAt: startedAt)))
        case .discoverPeer(let peer): try discover(peer, for: member, now: now)
        case .putParty(let roster, let welcomes, let grants):
            try put(roster, welcomes: welcomes, grants: grants, from: member, now: now)
        case .updatePeer(let update): try self.update(update, of: member, now: now)
        case .signal(let peer, let check): try signal(check, to: peer, from: member)
        case .leaveParty: leave(member)
        case .heartbeat: heartbeat(of: member, now: now)
        case .begin, .registerParty, .joinParty, .relays: throw .unauthorised
        }
    }

    /// A caller who has proven to be a member, with its party and its row.
    struct Member {
        var party: ControlParty
        var peer: PeerID
        var row: ControlPeer
    }

    private func member(_ caller: Caller, of id: PartyID) throws(ControlRefusal) -> Member {
        guard let party = parties[id] else { throw .unknown("this party") }
        guard case .member(let peer) = caller, let row = party.peers[peer] else { throw .unauthorised }
        return Member(party: party, peer: peer, row: row)
    }

    func makeBearer(party: PartyID, peer: PeerID, now: UInt64) -> (token: String, expires: UInt64) {
        let expires = now + ControlLimits.bearerLifetime
        return (bearer.make(party: party, peer: peer, expires: expires), expires)
    }
}

/// Turns what a decoder or a rule throws into the answer.
func ruled<Value>(_ body: () throws(Refusal) -> Value) throws(ControlRefusal) -> Value {
    do throws(Refusal) { return try body() } catch { throw .rule(error) }
}
