package import MeshWire

/// The sealed checks of one pair: both direction keys, counters, the replay window and the challenges that tie a
/// SWITCH to this moment (PROTOCOL.md §5).
package struct CheckSession: Sendable {
    static let challengeLifetime: Duration = .seconds(10)

    private let ownTag: Tag
    private let peerTag: Tag
    private let epochLow: UInt8
    private let sendKey: CheckKey
    private let receiveKey: CheckKey
    private var counter: Sequence64
    private var window = ReplayWindow()
    private var highestCandidates: UInt64 = 0
    private var highestSwitch: UInt64 = 0
    /// Of all checks that were opened.
    private var highestOpened: UInt64 = 0
    private var challenges: (latest: UInt64, before: UInt64) = (0, 0)
    private var challengeUntil = Instant()
    private var echo: UInt64 = 0

    /// - Throws: `Refusal.key` when the peer's key agrees on nothing.
    package init(membership: Membership, peer: Member, incarnation: UInt32) throws(Refusal) {
        let shared = try KeyAgreement.shared(privateKey: membership.wireGuardPrivate, publicKey: peer.card.wg)
        func key(_ sender: (PeerID, PublicKey), _ receiver: (PeerID, PublicKey)) -> CheckKey {
            CheckKey(
                Derivation.checkKey(
                    shared: shared, epochKey: membership.keys.key, party: membership.party, sender: sender.0,
                    receiver: receiver.0, senderWG: sender.1, receiverWG: receiver.1))
        }
        let own = (membership.id, membership.wireGuard)
        let other = (peer.id, peer.card.wg)
        (sendKey, receiveKey) = (key(own, other), key(other, own))
        (ownTag, peerTag) = (membership.ownTag, peer.tag)
        epochLow = UInt8(truncatingIfNeeded: membership.keys.epoch)
        counter = Sequence64(incarnation: incarnation)
    }

    /// Whether a member with this tag is met with the same keys.
    package func serves(own: Tag, peer: Tag) -> Bool { own == ownTag && peer == peerTag }

    /// The highest counter that was used.
    var lastCounter: UInt64 { counter.value }

    /// Counters go on above one that may have been used before.
    mutating func goAbove(_ sequence: Sequence64) { counter.goAbove(sequence.value) }

    /// Seals a check for the peer.
    package mutating func seal(_ message: CheckMessage, roster: Roster, _ step: inout Step) -> [UInt8] {
        if step.now >= challengeUntil {
            challenges = (step.randomWord(), challenges.latest)
            challengeUntil = step.now + Self.challengeLifetime
        }
        let check = Check(
            type: message.type, flags: message.flags, counter: counter.next(), challenge: challenges.latest, echo: echo,
            transaction: message.transaction, rosterRank: roster.rank, rosterHash: roster.hash,
            observed: message.observed, ext: message.fields)
        let head = CheckHead(epochLow: epochLow, receiverTag: peerTag, senderTag: ownTag)
        return check.seal(head, nonce: (step.randomWord(), UInt32(truncatingIfNeeded: step.randomWord())), key: sendKey)
    }

    /// Opens a check of the peer.
    /// - Throws: What the decoder refuses; `.replay` for a counter seen before, and for a SWITCH that does not echo one
    ///   of our two latest challenges or is older than another.
    package mutating func open(_ datagram: Span<UInt8>) throws(Refusal) -> Check {
        let check = try Check.open(datagram, key: receiveKey)
        if check.type == .candidates {
            guard check.counter >= highestCandidates else { throw .replay }
            highestCandidates = check.counter
        } else {
            guard window.accept(check.counter) else { throw .replay }
        }
        if check.type == .switchPath || check.type == .switchAck {
            guard isFresh(check) else { throw .replay }
        }
        if check.type == .switchPath {
            // A question that was overtaken by a newer one decides nothing any more.
            guard check.counter > highestSwitch else { throw .replay }
            highestSwitch = check.counter
        }
        if check.counter > highestOpened {
            // A check that was held back or repeated must not bring an old challenge back: our next SWITCH would fail.
            (highestOpened, echo) = (check.counter, check.challenge)
        }
        return check
    }

    /// Whether the peer sealed this check after it had heard one of our two latest challenges: it is no recording of an
    /// earlier run.
    package func isFresh(_ check: Check) -> Bool {
        check.echo != 0 && (check.echo == challenges.latest || check.echo == challenges.before)
    }
}

/// What a check says beyond counters and keys.
package struct CheckMessage: Equatable, Sendable {
    /// What it asks or answers.
    package var type: CheckType
    /// Their meaning depends on the type (PROTOCOL.md §5).
    package var flags: UInt8 = 0
    /// An answer repeats its question's.
    package var transaction: UInt64
    /// In a pong where the ping came from, in a switch where its receiver shall send.
    package var observed: Endpoint?
    /// The lists of candidates.
    package var fields: [Field] = []

    /// A message that its session seals.
    package init(
        _ type: CheckType, flags: UInt8 = 0, transaction: UInt64, observed: Endpoint? = nil, fields: [Field] = []
    ) {
        (self.type, self.flags, self.transaction) = (type, flags, transaction)
        (self.observed, self.fields) = (observed, fields)
    }
}
