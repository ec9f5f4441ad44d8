import MeshWire

extension ControlRules {
    /// What time alone brings about; to be called every few seconds. Members who have fallen silent are told of as away,
    /// those silent for 30 days are forgotten with their address, a party that nobody has used for so long goes unless
    /// its roster says `keep`, and relays that don't register again leave the list.
    ///
    /// Nothing is forgotten within a day of a jump of the clock (`observe`), however far it went.
    package mutating func sweep(now: UInt64, uptime: UInt64) -> ControlOutcome {
        observe(now: now, uptime: uptime)
        nonces.expire(now: now)
        candidateBytes = parties.values.reduce(0) { $0 + $1.candidateBytes }
        var outcome = ControlOutcome()
        for id in parties.keys {
            guard var party = parties[id] else { continue }
            let step = sweep(&party, now: now)
            outcome.records += step.records
            outcome.changes += step.changes
            parties[id] = step.records.contains(.removeParty(id)) ? nil : party
        }
        for id in relays.keys {
            guard let relay = relays[id], !isAlive(relay, now: now) else { continue }
            relays[id] = nil
            outcome.records.append(.removeRelay(id))
        }
        if outcome.records.contains(where: { if case .removeRelay = $0 { true } else { false } }) {
            outcome.changes.append(Change(party: nil, to: .all(except: nil), event: .relays))
        }
        return outcome
    }

    private func sweep(_ party: inout ControlParty, now: UInt64) -> ControlOutcome {
        var outcome = ControlOutcome()
        party.forgetTokens(now: now)
        for (peer, var row) in zip(party.peers.keys, party.peers.values) {
            if isForgotten(row.lastHeartbeat, now: now) {
                party.peers[peer] = nil
                party.addresses.release(peer)
                outcome.records += [.removePeer(party.id, peer), .address(party.id, peer, nil)]
                outcome.records += party.forgetCandidates(for: [peer])
            } else if !row.toldAway, row.isAway(now: now, startedAt: startedAt) {
                row.toldAway = true
                party.peers[peer] = row
                outcome.changes += tell(party, of: peer, now: now)
            }
        }
        if party.peers.isEmpty, isForgotten(party.used, now: now), !party.roster.flags.contains(.keep) {
            return ControlOutcome(records: [.removeParty(party.id)])
        }
        return outcome
    }

    /// A server that was itself away for weeks, or whose clock has jumped, gives everybody a day to come back.
    private func isForgotten(_ last: UInt64, now: UInt64) -> Bool {
        let returning = startedAt + ControlLimits.returnAfterStart
        return now >= last + ControlSpec.forgottenAfter && now >= returning
    }
}

/// Compares the calendar with a clock that nobody sets.
struct ClockWatch: Sendable {
    private var last: (now: UInt64, uptime: UInt64)?

    /// Whether more or less time has passed by the calendar than really, since the last look.
    mutating func jumps(now: UInt64, uptime: UInt64) -> Bool {
        defer { last = (now, uptime) }
        guard let last else { return false }
        let expected = last.now + (uptime - min(uptime, last.uptime))
        return max(now, expected) - min(now, expected) > ControlLimits.clockJump
    }
}
