package import MeshRules
package import MeshWire

extension World {
    /// Where the control plane is said to be.
    package var controlTarget: ControlTarget {
        .remote([ControlAddress(host: "192.0.2.254", port: 51_821)], keyHash: control.keyHash)
    }

    /// Tells a machine what a person wants.
    package mutating func command(_ command: Command, _ machine: Int) {
        note(machine, "is told to \(command.name)")
        give(.command(command), to: machine)
    }

    /// Hosts a party and waits for the invite; nil when there was none within ten seconds.
    package mutating func host(_ machine: Int, party: String = "Party", circle: Int = 0) -> String? {
        machines[machine].circle = circle
        let before = machines[machine].answers.count
        command(.host(partyName: party, memberName: machines[machine].name, control: controlTarget), machine)
        _ = run(upTo: .seconds(10)) { $0.machines[machine].answers.count > before }
        guard case .joined(_, let invite?) = machines[machine].answers.last else { return nil }
        return invite
    }

    /// Tells a machine to join, without waiting.
    package mutating func join(_ machine: Int, _ invite: String, circle: Int = 0) {
        machines[machine].circle = circle
        guard let code = try? InviteCode(text: invite) else { return violate("the invite can't be read") }
        command(.join(code, memberName: machines[machine].name), machine)
    }

    /// The node's own ID of another machine, by its address inside the tunnel.
    package func peerID(of other: Int, seenBy machine: Int) -> PeerID? { status(of: other, seenBy: machine)?.id }

    /// How one machine sees another.
    package func status(of other: Int, seenBy machine: Int) -> PeerStatus? {
        guard let address = machines[other].virtualAddress else { return nil }
        return snapshot(machine)?.peers.first { $0.virtualIP == address }
    }

    /// What its screen would show; nil while it is off.
    package func snapshot(_ machine: Int) -> MeshSnapshot? { machines[machine].node?.snapshot(now: now) }

    /// Which kind of path WireGuard's packets from one machine to the other really take; nil while there is none.
    package func pathKind(from machine: Int, to other: Int) -> PathKind? {
        guard let endpoint = machines[machine].endpoint(of: machines[other]), endpoint != WireGuardPeer.dead else {
            return nil
        }
        return relays.contains { $0.endpoint == endpoint } ? .relay : .direct
    }

    /// Both ends say that they are connected, and both send over a path of this kind (any when nil).
    package func isConnected(_ one: Int, _ other: Int, by kind: PathKind? = nil) -> Bool {
        for (from, to) in [(one, other), (other, one)] {
            guard let status = status(of: to, seenBy: from), status.state == .connected || status.state == .degraded,
                let path = pathKind(from: from, to: to), kind == nil || path == kind
            else { return false }
        }
        return true
    }
}

extension Command {
    fileprivate var name: String {
        switch self {
        case .host: "host"
        case .join: "join"
        case .leave: "leave"
        case .pinRelay: "pin a relay"
        case .releaseRelay: "release a relay"
        }
    }
}
