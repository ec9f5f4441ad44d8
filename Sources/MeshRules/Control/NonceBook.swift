import MeshWire

/// The nonces that `begin` has given out: each is good once, for one identity of one party, for a minute.
struct NonceBook: Sendable {
    /// What a nonce was given for.
    struct Entry: Equatable, Sendable {
        var nonce: Bytes32
        var party: PartyID
        var identity: PublicKey
        var source: RequestSource
        /// Seconds since 1970.
        var expires: UInt64
    }

    /// In the order in which they were given, which is the order in which they expire.
    private var entries: [Entry] = []

    /// Throws `.busy` when the source has too many open. A full party or a full book loses its oldest one instead: an
    /// honest join uses its nonce within a second, so that a crowd of sources has to be that fast to shut anybody out.
    mutating func add(_ entry: Entry, now: UInt64) throws(ControlRefusal) {
        expire(now: now)
        for block in entry.source.blocks {
            let own = entries.filter { $0.source.isIn(block) }
            if own.count >= block.share * ControlLimits.noncesOfSource, let first = own.first {
                throw .busy(retryAfter: first.expires - now)
            }
        }
        if entries.count(where: { $0.party == entry.party }) >= ControlLimits.noncesOfParty {
            removeOldest { $0.party == entry.party }
        } else if entries.count >= ControlLimits.nonces {
            removeOldest { _ in true }
        }
        entries.append(entry)
    }

    private mutating func removeOldest(where matches: (Entry) -> Bool) {
        if let slot = entries.firstIndex(where: matches) { entries.remove(at: slot) }
    }

    /// Uses the nonce up. Throws `.expired` when it is not open (any more) and `.identity` when it is somebody else's.
    mutating func take(_ nonce: Bytes32, party: PartyID, identity: PublicKey, now: UInt64) throws(ControlRefusal) {
        expire(now: now)
        guard let slot = entries.firstIndex(where: { $0.nonce == nonce && $0.party == party }) else {
            throw .rule(.expired)
        }
        let entry = entries.remove(at: slot)
        guard entry.identity == identity else { throw .rule(.identity) }
    }

    /// Whether the identity has a nonce open in the party.
    func isOpen(for identity: PublicKey, party: PartyID) -> Bool {
        entries.contains { $0.party == party && $0.identity == identity }
    }

    mutating func expire(now: UInt64) {
        // A clock that was set back must not keep nonces for longer than they were meant to live.
        entries.removeAll { $0.expires <= now || $0.expires > now + ControlSpec.nonceLifetime }
    }
}
