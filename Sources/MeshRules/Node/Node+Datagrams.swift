import MeshWire

/// What arrives on WireGuard's port and is not WireGuard's.
extension Node {
    mutating func datagramReceived(
        _ datagram: [UInt8], from source: Endpoint, at local: IPAddress?, _ step: inout Step
    ) {
        switch Datagram.classify(datagram.span) {
        case .stun:
            guard nat.awaits(datagram.span, from: source) else { return dropped += 1 }
            _ = nat.received(datagram.span, from: source, &step)
        case .relay: relayAnswered(datagram, from: source, &step)
        case .check: checkReceived(datagram, from: source, at: local, &step)
        case .wireGuard, .unknown: dropped += 1
        }
    }

    /// A check from the wire, or through the control plane (`source` nil). Strangers' tags are dropped before any
    /// cryptography.
    mutating func checkReceived(
        _ datagram: [UInt8], from source: Endpoint?, at local: IPAddress? = nil, _ step: inout Step
    ) {
        guard let head = try? CheckHead.decode(datagram.span), head.receiverTag == membership?.ownTag,
            let index = peers.index(of: head.senderTag)
        else {
            dropped += 1
            return
        }
        let context = pairContext()
        do throws(Refusal) {
            let check = try peers.update(at: index) { (peer) throws(Refusal) in
                let check = try peer.received(datagram.span, from: source, context, &step)
                if let source, let local { peer.cameIn(from: source, at: local) }
                return check
            }
            rosterHeard(check, &step)
        } catch {
            dropped += 1
        }
    }

    mutating func serversConfigured(stun: [STUNServer], relays byHand: [RelayInfo], _ step: inout Step) {
        stunServers = stun
        directory.configured(byHand)
        relaysChanged(&step)
    }
}
