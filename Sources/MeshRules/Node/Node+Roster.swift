import MeshWire

/// The host's word: how a roster is taken, and what follows from it.
extension Node {
    /// A roster that the control plane serves or tells of.
    mutating func rosterReceived(_ bytes: [UInt8], _ step: inout Step) {
        guard var newer = membership else { return }
        do throws(Refusal) {
            let roster = try Roster.decode(bytes.span)
            guard let gone = try newer.accept(roster) else { return rosterServed(roster.rank, &step) }
            keep(roster, &step)
            membership = newer
            if roster.flags.contains(.ended) { return removedByHost(Self.words(for: .ended), &step) }
            guard roster.accepts(newer.identity.publicKey) else {
                return removedByHost(Self.words(for: .kicked), &step)
            }
            if roster.epoch != newer.keys.epoch { tellOfNewerEpoch(&step) }
            for id in gone { forget(id, &step) }
        } catch {
            step.event(.error, "party", "a roster was refused: \(error)")
        }
    }

    /// A verified roster that supersedes ours is durable before anything follows from it. One of an epoch whose key we
    /// cannot fetch yet stands beside the one that our key fits: it counts, and what is stored stays usable.
    mutating func keep(_ roster: Roster, _ step: inout Step) {
        step.store(
            roster.epoch == membership?.keys.epoch ? .roster(roster.bytes) : .newestRoster(roster.bytes))
        control.rosters.moved(at: step.now)
    }

    /// The control plane serves what we have, or less.
    mutating func rosterServed(_ rank: RosterRank, _ step: inout Step) {
        guard let held = membership?.roster.rank else { return }
        if let alarm = control.rosters.served(rank, held: held, at: step.now) {
            step.event(.error, "party", "\(alarm)")
        }
    }

    /// A ping's rank is a hint to ask; only a signed roster moves anything.
    mutating func rosterHeard(_ check: Check, _ step: inout Step) {
        guard let membership, control.isReachable,
            control.rosters.heard(check.rosterRank, check.rosterHash, held: membership.roster, at: step.now)
        else { return }
        step.request(.getParty)
    }

    mutating func tellOfNewerEpoch(_ step: inout Step) {
        step.event(.error, "party", "\(CommandRefusal.newerEpoch)")
    }

    static func words(for refusal: Refusal) -> String {
        switch refusal {
        case .ended: "the party has ended"
        case .closed: "the host has closed the party, and this machine is not on its list"
        default: "the host has removed this machine from the party"
        }
    }

    mutating func removedByHost(_ why: String, _ step: inout Step) {
        step.event(.error, "party", why)
        left(&step)
    }
}
