import MeshWire

extension Node {
    /// What screens and `status --json` show; the engine adds its tasks and the event log.
    package func snapshot(now: Instant) -> MeshSnapshot {
        var snapshot = MeshSnapshot()
        snapshot.node.name = membership?.stored.memberName ?? configuration.nodeName
        snapshot.node.publicKey = wireGuard
        snapshot.node.virtualIP = membership?.address
        snapshot.node.interface = configuration.interface
        snapshot.node.listenPort = network?.listenPort ?? 0
        snapshot.nat = nat.status
        guard let membership else { return snapshot }
        snapshot.node.controlReachable = control.isReachable
        snapshot.node.problem = overlap.problem(membership.roster.network)
        if case .yielded(let why) = session { snapshot.node.problem = why }
        snapshot.node.peerID = membership.id
        let roster = membership.roster
        var party = PartyStatus(
            id: roster.party, name: roster.name, hostID: membership.hostID ?? membership.id,
            subnet: "\(roster.network)", active: true)
        party.hostState = hostState
        snapshot.parties = [party]
        snapshot.peers = peers.map { $0.status(party: roster.party, name: membership.displayName(of: $0.id), at: now) }
            .sorted { $0.virtualIP < $1.virtualIP }
        snapshot.relays = relays.map { relay in
            var status = RelayStatus(id: relay.info.id, region: relay.info.region, endpoint: relay.endpoint)
            status.latencyMs = relay.roundTrip?.milliseconds
            status.registered = relay.isRegistered(at: now)
            status.lastError = relay.problem ?? (relay.isDraining ? "it is about to stop" : nil)
            status.usedBy = snapshot.peers.filter { $0.path?.relayID == relay.info.id }.map(\.id)
            return status
        }
        return snapshot
    }
}
