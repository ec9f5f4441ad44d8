import MeshWire

/// What arrives on WireGuard's port and is not WireGuard's.
extension Node {
    mutating func datagramReceived(_ datagram: [UInt8], from source: Endpoint, _ step: inout Step) {
        switch Datagram.classify(datagram.span) {
        case .stun: _ = nat.received(datagram.span, from: source, &step)
        case .relay: relayAnswered(datagram, from: source, &step)
        case .check: checkReceived(datagram, from: source, &step)
        case .wireGuard, .unknown: dropped += 1
        }
    }

    /// A check from the wire, or through the control plane (`source` nil). Strangers' tags are dropped before any
    /// cryptography.
    mutating func checkReceived(_ datagram: [UInt8], from source: Endpoint?, _ step: inout Step) {
        guard let membership, let head = try? CheckHead.decode(datagram.span), head.receiverTag == membership.ownTag,
            let member = membership.member(tag: head.senderTag),
            let index = peers.firstIndex(where: { $0.id == member.id })
        else {
            dropped += 1
            return
        }
        let context = pairContext()
        do throws(Refusal) {
            let check = try peers[index].received(datagram.span, from: source, context, &step)
            rosterHeard(check, &step)
        } catch {
            dropped += 1
        }
    }

    mutating func networkChanged(_ newer: LocalNetwork, _ step: inout Step) {
        let isFirst = network == nil
        guard newer != network else { return }
        network = newer
        nat.networkChanged(newer, &step)
        warnOfOverlap(&step)
        if isFirst {
            for index in relays.indices { relays[index].announce([], &step) }
            return resume(&step)
        }
        step.event(.info, "network", "addresses changed: \(newer.addresses.map(\.description).joined(separator: ", "))")
        let rows = rows
        for index in relays.indices { relays[index].announce(rows, &step) }
        for index in peers.indices { peers[index].networkChanged(&step) }
    }

    /// The kernel sends packets for a party's addresses to whichever network of the machine fits better.
    mutating func warnOfOverlap(_ step: inout Step) {
        guard let roster = membership?.roster, let network else { return }
        let inside = network.addresses.filter { $0.isIn(network: roster.subnet, prefix: Int(roster.prefix)) }
        guard !inside.isEmpty else { return }
        step.event(
            .warning, "network",
            "this machine has \(inside.map(\.description).joined(separator: ", ")) in the party's network: "
                + "members near that address are not reached")
    }

    mutating func serversConfigured(stun: [STUNServer], relays byHand: [RelayInfo], _ step: inout Step) {
        stunServers = stun
        directory.configured(byHand)
        relaysChanged(&step)
    }
}
