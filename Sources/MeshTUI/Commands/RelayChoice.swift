import MeshCore
import MeshRules
import MeshWire

/// What a person wrote after `relay use`, looked up among the peers and relays there are.
struct RelayChoice {
    let relay: String
    let peer: String?

    /// What to ask of the node, with the name of the peer that each is about.
    func requests(in snapshot: MeshSnapshot) throws(CommandProblem) -> [(name: String, request: NodeRequest)] {
        let peers = try peers(in: snapshot.peers)
        guard relay != "auto" else { return peers.map { ($0.name, .releaseRelay(peer: $0.id)) } }
        let id = try relay(in: snapshot.relays).id
        return peers.map { ($0.name, .switchRelay(peer: $0.id, relay: id)) }
    }

    /// What to say of a peer when it came about, with the relay's name however it was written.
    func success(in snapshot: MeshSnapshot) throws(CommandProblem) -> String {
        guard relay != "auto" else { return "automatic again" }
        let found = try relay(in: snapshot.relays)
        let name = SafeText.sanitised(found.region, limit: 32)
        return "its packets take \(name.isEmpty ? "\(found.endpoint)" : name) now"
    }

    private func peers(in peers: [PeerStatus]) throws(CommandProblem) -> [PeerStatus] {
        guard let wanted = peer else { return peers }
        let named = peers.filter { $0.name == wanted }
        let found = named.isEmpty ? peers.filter { $0.id.hex.hasPrefix(wanted.lowercased()) } : named
        guard found.count == 1 else { throw Self.problem("peer", wanted, found.count, list: "meshtui peers") }
        return found
    }

    private func relay(in relays: [RelayStatus]) throws(CommandProblem) -> RelayStatus {
        let named = relays.filter { $0.region == relay }
        let found = named.isEmpty ? relays.filter { $0.id.hex.hasPrefix(relay.lowercased()) } : named
        guard found.count == 1 else { throw Self.problem("relay", relay, found.count, list: "meshtui relays") }
        return found[0]
    }

    private static func problem(_ kind: String, _ text: String, _ count: Int, list: String) -> CommandProblem {
        CommandProblem(
            count == 0
                ? "there is no \(kind) “\(text)”: \(list) lists them"
                : "“\(text)” means \(count) \(kind)s: give the beginning of one's ID, \(list) shows it", .data)
    }
}
