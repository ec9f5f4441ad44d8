import Glibc
import MeshRules
import MeshWire

/// The parts of a snapshot as text for a person.
enum Report {
    static func status(_ snapshot: MeshSnapshot) -> String {
        let node = snapshot.node
        var lines: [(String, String)] = []
        if let problem = node.problem { lines.append(("Problem", problem)) }
        lines.append(("Node", node.name))
        for party in snapshot.parties {
            lines.append(("Party", "\(party.name) (\(party.subnet))"))
            switch party.hostState {
            case .left?: lines.append(("Host", "has left: who is here stays connected, nobody can invite any more"))
            case .away?: lines.append(("Host", "is away"))
            case .here?, nil: break
            }
        }
        if snapshot.parties.isEmpty { lines.append(("Party", "none: meshtui host NAME, or meshtui join")) }
        lines.append(("Address", node.virtualIP.map { "\($0)" } ?? "–"))
        lines.append(
            (
                "Interface",
                node.backend.isEmpty
                    ? "\(node.interface), not up" : "\(node.interface), UDP \(node.listenPort), \(node.backend)"
            ))
        if let hosting = node.hosting {
            lines.append(("Served at", hosting.addresses.joined(separator: ", ")))
            lines.append(("Can join", hosting.whoCanJoin))
        }
        lines.append(("NAT", nat(snapshot.nat)))
        let endpoints = snapshot.nat.publicEndpoints.map { "\($0)" }.joined(separator: ", ")
        lines.append(("Seen as", endpoints.isEmpty ? "–" : endpoints))
        if let reachable = node.controlReachable { lines.append(("Control", reachable ? "reachable" : "away")) }
        let text = lines.map { $0.0.padded(to: 11) + SafeText.sanitised($0.1) }.joined(separator: "\n")
        return snapshot.peers.isEmpty ? text : text + "\n\n" + peers(snapshot.peers, relays: snapshot.relays)
    }

    static func peers(_ peers: [PeerStatus], relays: [RelayStatus]) -> String {
        guard !peers.isEmpty else { return "no other members yet" }
        var table = TextTable("NAME", "ADDRESS", "STATE", "PATH", "LATENCY", "LOSS", "NAT", "ID")
        for peer in peers {
            table.add(
                peer.name, "\(peer.virtualIP)", peer.state.rawValue, path(peer, relays), milliseconds(peer.latencyMs),
                peer.path == nil ? "–" : "\(Int(peer.lossPct.rounded())) %", "\(peer.natType)", short(peer.id.hex))
        }
        return table.text
    }

    static func relays(_ relays: [RelayStatus], peers: [PeerStatus]) -> String {
        guard !relays.isEmpty else { return "no relays known: a control server lists them, or give --relay" }
        var table = TextTable("RELAY", "ENDPOINT", "LATENCY", "REGISTERED", "USED BY", "ID")
        for relay in relays {
            let users = relay.usedBy.map { id in peers.first { $0.id == id }?.name ?? short(id.hex) }
            table.add(
                relay.region.isEmpty ? "–" : relay.region, "\(relay.endpoint)", milliseconds(relay.latencyMs),
                relay.registered ? "yes" : relay.lastError ?? "no", users.isEmpty ? "–" : users.joined(separator: ", "),
                relay.id.hex)
        }
        return table.text
    }

    static func event(_ event: EventStatus) -> String {
        "\(clock(event.at))  \(event.level.rawValue.padded(to: 8))"
            + SafeText.sanitised("\(event.subject): \(event.message)")
    }

    private static func nat(_ nat: NATStatus) -> String {
        guard nat.type != .unknown else { return "not known yet" }
        return "\(nat.type)" + (nat.assumed ? ", assumed" : "") + " (\(nat.type.grade.rawValue))"
    }

    private static func path(_ peer: PeerStatus, _ relays: [RelayStatus]) -> String {
        guard let path = peer.path else { return "–" }
        let pin = peer.pin.map { note(on: $0, path, relays) } ?? ""
        switch path.kind {
        case .direct: return "direct \(path.endpoint)" + pin
        case .relay: return "relay " + (name(of: path.relayID, relays) ?? "\(path.endpoint)") + pin
        }
    }

    /// A pin whose relay does not answer is not in force: the path is another.
    private static func note(on pin: PinStatus, _ path: PathStatus, _ relays: [RelayStatus]) -> String {
        func named(_ id: Bytes8) -> String { name(of: id, relays) ?? short(id.hex) }
        var words = pin.by == .me ? "pinned" : "pinned there"
        if pin.relayID != path.relayID { words += ": \(named(pin.relayID))" }
        if pin.by == .peer, let mine = pin.overruled, mine != pin.relayID { words += ", not yours: \(named(mine))" }
        return " (\(words))"
    }

    private static func name(of id: Bytes8?, _ relays: [RelayStatus]) -> String? {
        relays.first { $0.id == id }.flatMap { $0.region.isEmpty ? nil : $0.region }
    }

    private static func milliseconds(_ value: Double?) -> String {
        guard let value else { return "–" }
        return value < 10 ? "\((value * 10).rounded() / 10) ms" : "\(Int(value.rounded())) ms"
    }

    static func short(_ id: String) -> String { String(id.prefix(8)) }

    /// Local time of day; `at`: seconds since 1970.
    private static func clock(_ at: Double) -> String {
        var seconds = time_t(at)
        var parts = tm()
        localtime_r(&seconds, &parts)
        return [parts.tm_hour, parts.tm_min, parts.tm_sec].map { ($0 < 10 ? "0" : "") + "\($0)" }.joined(separator: ":")
    }
}

extension String {
    /// With spaces up to `width` characters.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
