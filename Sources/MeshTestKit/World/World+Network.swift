import MeshRelayServer
import MeshRules
import MeshWire

extension World {
    /// A machine sends from WireGuard's port.
    mutating func send(_ bytes: [UInt8], to destination: Endpoint, from machine: Int) {
        let packet = Packet(
            bytes: bytes, source: Endpoint(machines[machine].address, Self.port), destination: destination,
            origin: machine)
        if case .check = Datagram.classify(bytes.span) { machines[machine].sentChecks += 1 }
        if !packet.isData { note(machine, "\(packet.kind) to \(destination)") }
        route(packet, from: machines[machine].segment)
    }

    mutating func route(_ packet: Packet, from segment: Segment) {
        guard !packet.destination.address.isLoopback else { return }
        follow(internet.send(packet, from: segment, now: now))
    }

    private mutating func follow(_ hop: Internet.Hop) {
        switch hop {
        case .arrives(let packet, let host, let segment, let time):
            queue.schedule(.arrives(packet, host, segment), at: time)
        case .vanishes(let packet):
            if !packet.isData {
                trace.note(now, "network", "\(packet.kind) from \(packet.source) to \(packet.destination) is lost")
            }
        }
    }

    mutating func arrive(_ packet: Packet, at host: NetworkHost, _ segment: Segment) {
        switch host {
        case .machine(let machine): receive(packet, machine)
        case .nat(let nat): follow(internet.enter(packet, nat, now: now))
        case .relay(let relay): relayHandles(packet, relay)
        case .stun(let server):
            guard packet.destination.port == stunServers[server].endpoint.port,
                let answer = STUNMessage.bindingSuccess(for: packet.bytes.span, mapped: packet.source)
            else { return }
            route(
                Packet(bytes: answer, source: packet.destination, destination: packet.source, origin: nil),
                from: .internet)
        }
    }

    private mutating func relayHandles(_ packet: Packet, _ relay: Int) {
        guard !relays[relay].isDown, packet.destination == relays[relay].endpoint else { return }
        let endpoint = relays[relay].endpoint
        relays[relay].rules.setTime(wallClock, of: control.issuerKey, now: now.nanoseconds)
        let verdict = relays[relay].rules.handle(packet.bytes, from: packet.source, now: now.nanoseconds)
        switch verdict {
        case .drop(let reason):
            trace.note(now, "relay \(relay)", "drops \(packet.kind) from \(packet.source): \(reason)")
        case .forward(let bytes, let destination):
            route(
                Packet(bytes: bytes, source: endpoint, destination: destination, origin: packet.origin), from: .internet
            )
        case .reply(let answer):
            let bytes = relays[relay].marked(answer, to: packet.bytes)
            route(Packet(bytes: bytes, source: endpoint, destination: packet.source, origin: nil), from: .internet)
        }
    }

    private mutating func receive(_ packet: Packet, _ machine: Int) {
        guard machines[machine].isOn, packet.destination.port == Self.port || machines[machine].hostile != nil,
            machines[machine].suspendedUntil.map({ now >= $0 }) ?? true
        else { return }
        watchArrival(packet, machine)
        guard case .wireGuard = Datagram.classify(packet.bytes.span) else {
            if machines[machine].hostile == nil, isFiltered(packet, machine) { return }
            note(machine, "gets \(packet.kind) from \(packet.source)")
            if machines[machine].hostile != nil { return hear(packet, byLiar: machine) }
            return give(
                .datagram(packet.bytes, from: packet.source, at: machines[machine].address), to: machine)
        }
        if !packet.isData { note(machine, "gets \(packet.kind) from \(packet.source)") }
        let received = machines[machine].wireGuard.receive(packet.bytes, from: packet.source, now: now)
        drainWireGuard(machine)
        if let received { receive(received, machine) }
        settle(machine)
    }

    /// A check for somebody else never leaves the kernel.
    private func isFiltered(_ packet: Packet, _ machine: Int) -> Bool {
        guard let head = try? CheckHead.decode(packet.bytes.span) else { return false }
        return !machines[machine].tags.contains(head.receiverTag)
    }

    /// A packet has come out of the tunnel.
    private mutating func receive(_ received: WireGuardModel.Received, _ machine: Int) {
        watchDecrypted(received, machine)
        switch TunnelPacket.decode(received.packet) {
        case .echoRequest(let source, let id):
            let answer = TunnelPacket.echoReply(id: id).encode()
            _ = machines[machine].wireGuard.send(answer, to: source, now: now)
        case .echoReply(let id):
            guard let index = machines[machine].echoes.firstIndex(where: { $0.id == id }) else { return }
            let echo = machines[machine].echoes.remove(at: index)
            give(.echo(echo.peer, now - echo.sentAt), to: machine)
        case .traffic(let flow, let number):
            if flows[flow].to != machine { violate("traffic for another reached \(machines[machine].name)") }
            flows[flow].arrived(number, now: now)
        case nil: violate("\(machines[machine].name) decrypted something else")
        }
    }
}

extension Packet {
    /// What it is, in a word, for the trace.
    var kind: String {
        switch Datagram.classify(bytes.span) {
        case .stun: "stun"
        case .relay(.hello): "hello"
        case .relay(.challenge): "challenge"
        case .relay(.ok): "ok"
        case .check: "check(\(bytes.count))"
        case .wireGuard(1): "initiation"
        case .wireGuard(2): "response"
        case .wireGuard(4): bytes.count == 32 ? "keepalive" : "data"
        case .wireGuard: "cookie"
        case .unknown: "unknown"
        }
    }
}
