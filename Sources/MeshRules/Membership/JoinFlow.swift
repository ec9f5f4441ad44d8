package import MeshWire

/// A friend joining with an invite: begin brings roster, address and WELCOME, then the card goes out.
package struct JoinFlow: Sendable {
    private let invite: InviteCode
    private let identity: SigningKey
    private let inviteKey: Bytes32
    private let g0: PublicKey
    private let wireGuardPrivate: Bytes32
    private let wireGuard: PublicKey
    private let memberName: String
    private let identitySeed: Bytes32
    private let started: UInt64
    private var sequence: Sequence64
    /// Networks that a person lets this machine have; nil for any.
    private let agreed: [IPv4Network]?
    private var welcomed: (stored: StoredParty, roster: Roster, card: Card)?

    /// The same machine has the same identity whenever it joins this party. Throws when the name can't be one or the invite names no server.
    package init(
        invite: InviteCode, memberName: String, agreed: [IPv4Network]? = nil, wireGuardPrivate: Bytes32,
        incarnation: UInt32, started: UInt64 = 0
    ) throws(CommandRefusal) {
        self.agreed = agreed
        let name = try CommandRefusal.named(memberName)
        guard !invite.servers.isEmpty else { throw .invite(.range) }
        identitySeed = Derivation.identitySeed(wireGuardPrivate, party: invite.party)
        inviteKey = Derivation.inviteKey(invite.secret, party: invite.party)
        do throws(Refusal) {
            identity = try SigningKey(seed: identitySeed)
            g0 = try EpochKeys(party: invite.party, epoch: 0, key: inviteKey).group.publicKey
            wireGuard = try KeyAgreement.publicKey(of: wireGuardPrivate)
        } catch {
            throw .invite(error)
        }
        (self.invite, self.memberName, self.wireGuardPrivate) = (invite, name, wireGuardPrivate)
        self.started = started
        sequence = Sequence64(incarnation: incarnation)
    }

    /// The invite's.
    package var party: PartyID { invite.party }
    /// The party's, once the control plane has told.
    package var network: IPv4Network? { welcomed?.roster.network }
    /// Throws the party's network when nobody has agreed to it: the join ends before anything is changed.
    package func checkAgreement() throws(CommandRefusal) {
        guard let agreed, let network, !agreed.contains(network) else { return }
        throw .notAgreed(network)
    }

    /// What it begins with.
    package var firstRequest: ControlRequest { .begin(identity: identity.publicKey, g0: g0) }

    /// The control plane knows this identity from a later start: the next card goes above it.
    package mutating func goAbove(incarnation: UInt32) {
        sequence.goAbove(Sequence64(incarnation: incarnation).value)
    }

    /// Where the invite says that the control plane is.
    package var target: ControlTarget {
        .remote(
            invite.servers.map { ControlAddress(host: $0.host.text, port: $0.port) }, keyHash: invite.servers[0].keyHash
        )
    }

    /// Nothing that the server says is believed: the roster must be the party's, the WELCOME sealed with the invite.
    package mutating func begun(_ begun: Begun) throws(CommandRefusal) -> ControlRequest {
        guard invite.servers.contains(where: { $0.keyHash == begun.keyHash }) else {
            throw .mistrust("its key is not the invite's")
        }
        guard let rosterBytes = begun.roster, let ipv4 = begun.ipv4, let welcome = begun.welcome else {
            throw .mistrust("its answer lacks a part")
        }
        do throws(Refusal) {
            let roster = try Roster.decode(rosterBytes.span)
            try roster.verify()
            guard roster.party == invite.party else { throw .party }
            guard roster.epoch >= invite.minEpoch else { throw .epoch }
            let opened = try Welcome.open(welcome.span, inviteKey: inviteKey, party: invite.party)
            guard opened.epoch >= invite.minEpoch else { throw .epoch }
            // A host that has left comes back without its root key, but with what it needs to ask others in.
            let isHost = roster.members.contains { $0.identity == identity.publicKey && $0.status == .host }
            let stored = StoredParty(
                party: invite.party, rootSeed: nil, identitySeed: identitySeed, invite: isHost ? invite.text : nil,
                epoch: opened.epoch, epochKey: opened.epochKey, servers: invite.servers, memberName: memberName)
            let keys = try EpochKeys(party: invite.party, epoch: opened.epoch, key: opened.epochKey)
            guard keys.epoch == roster.epoch, keys.group.publicKey == roster.group else { throw .epoch }
            guard opened.epoch == 1 else { throw .newer }
            let card = try Card.make(
                party: invite.party, keys: keys, sequence: sequence.next(), identity: identity, wg: wireGuard,
                ipv4: ipv4, name: memberName, started: started)
            try roster.check(card)
            welcomed = (stored, roster, card)
            return .joinParty(g0: g0, proof: JoinProof.make(card: card, begun: begun, identity: identity))
        } catch {
            throw Self.refusal(error)
        }
    }

    /// What the host has decided is not the server's fault.
    private static func refusal(_ refusal: Refusal) -> CommandRefusal {
        switch refusal {
        case .newer: .newerEpoch
        case .kicked, .closed, .ended: .control(.rule(refusal))
        default: .mistrust("\(refusal)")
        }
    }

    /// The control plane has taken the member in; its roster may be newer than the one of `begun`.
    package func joined(_ joined: Joined) throws(CommandRefusal) -> Membership {
        guard let welcomed else { throw .mistrust("it answered out of turn") }
        do throws(Refusal) {
            var membership = try Membership(
                stored: welcomed.stored, roster: welcomed.roster, ownCard: welcomed.card,
                wireGuardPrivate: wireGuardPrivate, sequence: sequence, started: started)
            _ = try membership.accept(Roster.decode(joined.roster.span))
            guard membership.roster.epoch == membership.keys.epoch else { throw .newer }
            try membership.roster.admit(membership.ownCard)
            return membership
        } catch {
            throw Self.refusal(error)
        }
    }
}
