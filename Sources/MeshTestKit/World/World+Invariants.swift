import MeshRules
import MeshWire

/// What must never happen, looked at while it would.
extension World {
    /// A relay carries nothing between parties; and whose checks have arrived is remembered for `watchAdding`.
    mutating func watchArrival(_ packet: Packet, _ machine: Int) {
        guard let origin = packet.origin else { return }
        if case .check = Datagram.classify(packet.bytes.span) {
            while machines[machine].heardFrom.count <= origin { machines[machine].heardFrom.append(false) }
            machines[machine].heardFrom[origin] = true
        }
        guard machines[origin].circle != machines[machine].circle,
            relays.contains(where: { $0.endpoint == packet.source })
        else { return }
        violate("a relay carried \(packet.kind) of \(machines[origin].name) to the stranger \(machines[machine].name)")
    }

    mutating func watchDecrypted(_ received: WireGuardModel.Received, _ machine: Int) {
        guard let sender = machines.firstIndex(where: { $0.publicKey == received.from }) else { return }
        if machines[sender].circle != machines[machine].circle {
            violate("\(machines[machine].name) decrypted a packet of the stranger \(machines[sender].name)")
        }
    }

    /// WireGuard gets a peer only after an authentic pong, so a check of that peer must have arrived in this run.
    mutating func watchAdding(_ peer: WireGuardPeer, _ machine: Int) {
        let name = machines[machine].name
        // Where a removal has failed the peer is still there.
        if machines[machine].wireGuard.hasPeer(peer.publicKey), !machines[machine].hasFailed {
            violate("\(name) adds a peer that it has")
        }
        // Two of them when one is a copy of the other.
        let others = machines.indices.filter { machines[$0].publicKey == peer.publicKey }
        guard let other = others.first else { return violate("\(name) adds a peer that nobody is") }
        if machines[other].circle != machines[machine].circle {
            violate("\(name) adds the stranger \(machines[other].name)")
        }
        let heardFrom = machines[machine].heardFrom
        if !others.contains(where: { $0 < heardFrom.count && heardFrom[$0] }) {
            violate("\(name) adds \(machines[other].name) without having heard of it")
        }
    }

    mutating func configure(_ address: InterfaceAddress?, _ machine: Int) {
        machines[machine].virtualAddress = address?.address
        guard let address else { return }
        for other in machines.indices
        where other != machine && machines[other].publicKey != machines[machine].publicKey
            && machines[other].circle == machines[machine].circle
            && machines[other].virtualAddress == address.address
        {
            violate("\(machines[machine].name) and \(machines[other].name) both have \(address.address)")
        }
    }
}
