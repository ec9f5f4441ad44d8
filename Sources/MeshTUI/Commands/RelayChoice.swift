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
        guard let peer else { return peers }
        return [try Self.only(peer, "peer", in: peers, name: \.name, id: \.id.hex)]
    }

    private func relay(in relays: [RelayStatus]) throws(CommandProblem) -> RelayStatus {
        try Self.only(relay, "relay", in: relays, name: \.region, id: \.id.hex)
    }

    /// Hexadecimal digits that are no accident: `c` and `be` begin names as well.
    private static let shortestID = 4

    /// The only one that a word means: by its whole name, else by the beginning of one, else by the beginning of an ID.
    private static func only<Item>(
        _ word: String, _ kind: String, in items: [Item], name: (Item) -> String, id: (Item) -> String
    ) throws(CommandProblem) -> Item {
        let lower = word.lowercased()
        var found = items.filter { name($0) == word }
        if found.isEmpty, !word.isEmpty { found = items.filter { name($0).lowercased().hasPrefix(lower) } }
        if found.isEmpty, word.count >= shortestID { found = items.filter { id($0).hasPrefix(lower) } }
        guard found.count == 1 else {
            let list = found.map { "\(SafeText.sanitised(name($0), limit: 32)) (\(Report.short(id($0))))" }
            throw problem(kind, word, list)
        }
        return found[0]
    }

    private static func problem(_ kind: String, _ word: String, _ found: [String]) -> CommandProblem {
        let word = SafeText.sanitised(word, limit: 64)
        return CommandProblem(
            found.isEmpty
                ? "there is no \(kind) “\(word)”: give a name, the beginning of one, or \(shortestID) digits of an ID; meshtui \(kind)s lists them"
                : "“\(word)” fits \(found.joined(separator: ", ")): give the whole name, or the beginning of an ID",
            .data)
    }
}
