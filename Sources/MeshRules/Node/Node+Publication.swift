import MeshWire

/// Telling the others where this machine can be reached.
extension Node {
    /// At most 13 candidates: relays first, for they work for everybody, then what STUN saw, the LAN, and what relays saw.
    var ownCandidates: CandidateList {
        var list: [Candidate] = []
        func add(_ kind: Candidate.Kind, _ end: Endpoint) {
            if !list.contains(where: { $0.endpoint == end }) { list.append(Candidate(kind: kind, endpoint: end)) }
        }
        let registered = relays.filter(\.stands)
        for relay in registered.prefix(6) { add(.relay, relay.endpoint) }
        for end in nat.status.publicEndpoints.prefix(2) { add(.reflexive, end) }
        if let network {
            let addresses = network.addresses.filter { $0.v4 != nil }
            for address in addresses.prefix(4) { add(.host, Endpoint(address, network.listenPort)) }
        }
        for relay in registered { if let seen = relay.observed, seen.address.isReachable { add(.reflexive, seen) } }
        let status = nat.status
        return CandidateList(
            nat: status.type.rawValue, mapping: status.mapping.rawValue, filtering: status.filtering.rawValue,
            candidates: Array(list.prefix(CandidateList.maximumCandidates)))
    }

    /// After each input: has our reach changed?
    mutating func noticeReach(_ step: inout Step) {
        guard publication.isStale else { return }
        guard let membership, network != nil else { return publication.forget() }
        publication.noticed(reach(membership), at: step.now)
    }

    mutating func publishIfDue(_ step: inout Step) {
        guard let membership, let due = publication.due, due <= step.now else { return }
        let moved = publication.publishing(reach(membership))
        for index in peers.indices { withPeer(at: index, &step) { $0.reachChanged(isNew: moved, $1, &$2) } }
        publication.owesNAT = control.isReachable
    }

    /// What changed about this machine goes in one request: its NAT, and candidates sealed for each peer. The control
    /// plane keeps those, so that who comes later, or comes back, finds them with the list of peers (PROTOCOL.md §6).
    mutating func tellControl(leaving candidates: [AddressedCheck], _ step: inout Step) {
        guard publication.owesNAT || !candidates.isEmpty else { return }
        let status = nat.status
        let own = PeerNAT(type: status.type, mapping: status.mapping, filtering: status.filtering)
        step.request(.updatePeer(PeerUpdate(nat: publication.owesNAT ? own : nil, candidates: candidates)))
        publication.owesNAT = false
    }
}
