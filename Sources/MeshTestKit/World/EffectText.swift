import MeshRules
import MeshWire

extension Effect {
    /// One line for the trace, without secrets or bytes that a key would be needed for.
    var trace: String {
        switch self {
        case .store(let record): "stores \(record.name)"
        case .useControl(let target, _): target == nil ? "drops the control plane" : "uses a control plane"
        case .control(let request): "asks \(request.name)"
        case .configureInterface(let address): "interface \(address.map { "\($0.address)/\($0.prefix)" } ?? "down")"
        case .receive(let tags): "receives for \(tags.count)"
        case .addPeer(let peer): "adds \(peer.publicKey.short) at \(peer.endpoint)"
        case .setEndpoint(let endpoint, let key): "moves \(key.short) to \(endpoint)"
        case .removePeer(let key): "removes \(key.short)"
        case .guardRoaming(let rule):
            "guards \(rule.peer.short), left \(rule.left.map(\.description).joined(separator: " ")), wants \(rule.wanted)"
        case .endGuard(let key): "ends the guard of \(key.short)"
        case .sampleWireGuard: "samples"
        case .echo(_, let address): "pings \(address)"
        }
    }
}

extension OutputBatch.Work {
    var trace: String {
        switch self {
        case .store(let records): "storing \(records.map(\.name).joined(separator: ", "))"
        case .effect(let effect): effect.trace
        case .transmit(_, let destination): "sending to \(destination)"
        }
    }
}

extension ControlRequest {
    var name: String {
        switch self {
        case .begin: "begin"
        case .registerParty: "register_party"
        case .joinParty: "join_party"
        case .getParty: "get_party"
        case .putParty: "put_party"
        case .getPeers: "get_peers"
        case .discoverPeer: "discover_peer"
        case .updatePeer: "update_peer"
        case .leaveParty: "leave_party"
        case .signal: "signal"
        case .heartbeat: "heartbeat"
        case .relays: "relays"
        }
    }
}

extension ControlReply {
    var name: String {
        switch self {
        case .begun: "begun"
        case .joined: "joined"
        case .party: "party"
        case .peers(let peers): "\(peers.count) peers"
        case .heartbeat: "heartbeat"
        case .relays(let relays, _): "\(relays.count) relays"
        case .done: "done"
        case .refused(let refusal): "refused, \(refusal)"
        }
    }
}

extension Record {
    fileprivate var name: String {
        switch self {
        case .party: "party"
        case .roster: "roster"
        case .newestRoster: "newest roster"
        case .card: "card"
        case .forgetCard: "no card"
        case .relays: "relays"
        case .pin: "pin"
        case .incarnation: "incarnation"
        case .lastPath(_, let endpoint): "last path \(endpoint)"
        case .forgetParty: "no party"
        }
    }
}

extension CommandAnswer {
    var name: String {
        switch self {
        case .joined(let party, _): "joined \(party)"
        case .left: "left"
        case .pinned: "pinned"
        case .released: "released"
        case .refused(let refusal): "refused, \(refusal)"
        }
    }
}

extension PublicKey {
    /// Enough to tell machines apart.
    fileprivate var short: String { String(hex.prefix(6)) }
}
