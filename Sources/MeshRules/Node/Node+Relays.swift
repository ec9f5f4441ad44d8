package import MeshWire

/// The relays that this machine is registered with.
extension Node {
    /// Registers with what is new and drops what is gone.
    mutating func relaysChanged(_ step: inout Step) {
        defer { updateServers(&step) }
        for old in relays { helloCounters.used(old.lastCounter, by: old.info.id) }
        guard let membership, !hasYielded else {
            relays = []
            return
        }
        var kept: [RelayClient] = []
        for (info, tokens) in directory.wanted(membership) {
            if var same = relays.first(where: { $0.info == info }) {
                same.renew(tokens, rows, &step)
                kept.append(same)
            } else if var client = try? RelayClient(
                info: info, tokens: tokens, membership: membership, counter: helloCounters.next(for: info.id))
            {
                if network != nil { client.announce(rows, &step) }
                kept.append(client)
            }
        }
        relays = kept
        for peer in peers.indices { withPeer(at: peer, &step) { $0.relaysChanged($1, &$2) } }
    }

    /// Every relay is a STUN server too; those of one control server count as one operator.
    mutating func updateServers(_ step: inout Step) {
        let known = relays.map { relay in
            let isListed = directory.listed.contains { $0.id == relay.info.id }
            return STUNServer(endpoint: relay.endpoint, operator: isListed ? "control server" : relay.info.id.hex)
        }
        nat.serversChanged(stunServers + known, &step)
    }

    /// Of the STUN servers and relays that a person gave, those that do not answer: their names may have other addresses.
    package var silentServers: [Endpoint] {
        let relays = relays.filter { relay in
            relay.problem != nil && directory.byHand.contains { $0.id == relay.info.id }
        }
        let stun = stunServers.map(\.endpoint).filter(nat.isSilent)
        return stun + relays.map(\.endpoint)
    }

    /// Own receiver indexes, each with the tag of the peer it belongs to.
    var rows: [Hello.Row] {
        peers.flatMap { peer in peer.indexes.rows.map { Hello.Row(peerTag: peer.member.tag, index: $0) } }
    }

    mutating func relaysTimedOut(_ step: inout Step) {
        for index in relays.indices where relays[index].deadline.map({ $0 <= step.now }) ?? false {
            let endpoint = relays[index].endpoint
            relays[index].refreshRows(rows)
            if relays[index].handleTimeout(&step) {
                step.event(.warning, relays[index].info.name, "relay lost: \(relays[index].problem ?? "no answer")")
            }
            if relays[index].endpoint != endpoint { updateServers(&step) }
        }
    }

    mutating func relayAnswered(_ datagram: [UInt8], from source: Endpoint, _ step: inout Step) {
        for index in relays.indices where relays[index].endpoint == source && relays[index].awaits(datagram.span) {
            let wasDraining = relays[index].isDraining
            defer { if relays[index].isDraining != wasDraining { drainingChanged(relays[index], &step) } }
            switch relays[index].received(datagram.span, &step) {
            case .nothing: break
            case .refused:
                step.event(.warning, relays[index].info.name, "relay refused: \(relays[index].problem ?? "")")
                askForRelays(&step)
            case .registered(let isNew, _, let conflicts):
                if isNew {
                    step.event(.info, relays[index].info.name, "relay registered")
                    for peer in peers.indices { withPeer(at: peer, &step) { $0.relayRegistered($1, &$2) } }
                }
                if !conflicts.isEmpty { resolveConflicts(conflicts, at: relays[index].info.id, &step) }
            }
        }
    }

    /// A relay that is about to stop is left while it still carries everything.
    private mutating func drainingChanged(_ relay: RelayClient, _ step: inout Step) {
        step.event(
            relay.isDraining ? .warning : .info, relay.info.name,
            relay.isDraining ? "relay is about to stop: pairs move away from it" : "relay stays")
        for peer in peers.indices { withPeer(at: peer, &step) { $0.relaysChanged($1, &$2) } }
    }

    /// A token may have expired: the control plane has a new one. Once a minute at most.
    private mutating func askForRelays(_ step: inout Step) {
        guard control.isReachable, control.relaysAskedAt.map({ step.now - $0 >= .seconds(60) }) ?? true else { return }
        control.relaysAskedAt = step.now
        step.request(.relays)
    }

    /// Another machine holds one of our indexes there: WireGuard is made to rekey, for the pairs that use this relay.
    private mutating func resolveConflicts(_ conflicts: [ReceiverIndex], at relay: Bytes8, _ step: inout Step) {
        for peer in peers.indices where peers[peer].indexes.rows.contains(where: conflicts.contains) {
            withPeer(at: peer, &step) { $0.rekey(because: relay, $1, &$2) }
        }
    }
}
