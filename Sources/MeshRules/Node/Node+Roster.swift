import MeshWire

/// The host's word: how a roster is taken, and what follows from it.
extension Node {
    mutating func rosterReceived(_ bytes: [UInt8], _ step: inout Step) {
        guard var newer = membership else { return }
        do throws(Refusal) {
            let roster = try Roster.decode(bytes.span)
            guard let gone = try newer.accept(roster) else { return }
            // A roster of an epoch whose key we cannot fetch yet would make what is stored useless at the next start.
            if roster.epoch == newer.keys.epoch { step.store(.roster(roster.bytes)) }
            membership = newer
            if roster.flags.contains(.ended) { return removedByHost("the party has ended", &step) }
            guard roster.accepts(newer.identity.publicKey) else {
                return removedByHost("the host has removed this machine from the party", &step)
            }
            if roster.epoch != newer.keys.epoch {
                step.event(.error, "party", "the party's keys were renewed by a newer MeshTUI: update this one")
            }
            for id in gone { forget(id, &step) }
        } catch {
            step.event(.error, "party", "a roster was refused: \(error)")
        }
    }

    /// A ping's rank is a hint to ask; only a signed roster moves anything.
    mutating func rosterHeard(_ check: Check, _ step: inout Step) {
        guard let membership, control.isReachable, check.rosterRank >= membership.roster.rank,
            check.rosterRank > membership.roster.rank || check.rosterHash != membership.roster.hash,
            control.rosterAskedAt.map({ step.now - $0 >= .seconds(5) }) ?? true
        else { return }
        control.rosterAskedAt = step.now
        step.request(.getParty)
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
