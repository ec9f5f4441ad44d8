import MeshRules

/// Something that a key does. Help, footer and documentation are all drawn from `Action.all`.
struct Action: Sendable {
    enum ID: String, Sendable, CaseIterable {
        case up, down, first, last, pane, retry, pin, release, zoomOut, zoomIn, host, join, invite, leave, redraw,
            close, help, quit
    }

    let id: ID
    let keys: [Key]
    /// One word for the footer; nil keeps it out of there.
    var hint: String?
    let description: String
    /// Why it can't be done now, as a sentence for the footer; nil when it can.
    var unavailable: @Sendable (AppState) -> String? = { _ in nil }

    /// The word for the footer, which for Tab is where it leads.
    func hint(in state: AppState) -> String? {
        guard id == .pane else { return hint }
        return state.focus == .peers ? "relays" : "peers"
    }

    /// The key that people are told: on the welcome screen `j` is free and joins.
    func key(in state: AppState) -> Key? { id == .join && state.mode == .welcome ? keys.last : keys.first }

    /// The action of a key: the first that is available, else the first that says why it isn't.
    static func of(_ key: Key, in state: AppState) -> Action? {
        let candidates = all.filter { $0.keys.contains(key) }
        return candidates.first { $0.unavailable(state) == nil } ?? candidates.first
    }

    static let all: [Action] = [
        Action(
            id: .up, keys: [.up, .character("k")], description: "choose the peer or relay above",
            unavailable: { needsParty($0) }),
        Action(
            id: .down, keys: [.down, .character("j")], description: "choose the peer or relay below",
            unavailable: { needsParty($0) }),
        Action(
            id: .first, keys: [.home, .character("g")], description: "choose the first peer or relay",
            unavailable: { needsParty($0) }),
        Action(
            id: .last, keys: [.end, .character("G")], description: "choose the last peer or relay",
            unavailable: { needsParty($0) }),
        Action(
            id: .pin, keys: [.enter], hint: "pin", description: "pin the chosen relay for the chosen peer",
            unavailable: { state in
                if let reason = needsParty(state) { return reason }
                if state.focus != .relays { return "Choose a relay first: Tab goes to the relays." }
                if state.relay == nil { return "No relay is known yet." }
                return state.peer == nil ? "Choose a peer first: Tab goes to the peers." : nil
            }),
        Action(
            id: .release, keys: [.character("a")], hint: "auto",
            description: "release the chosen peer's relay: automatic again",
            unavailable: { state in
                if let reason = needsParty(state) { return reason }
                guard let peer = state.peer else { return "Choose a peer first." }
                return peer.pin?.hasMine == true ? nil : "\(peer.name) has no relay pinned by you."
            }),
        Action(
            id: .host, keys: [.character("h")], hint: "host", description: "host a party",
            unavailable: { needsNoParty($0) }),
        Action(
            id: .join, keys: [.character("J"), .character("j")], hint: "join",
            description: "join a party by its invite",
            unavailable: { needsNoParty($0) }),
        Action(
            id: .invite, keys: [.character("i")], hint: "invite", description: "show the invite for friends",
            unavailable: { state in
                if let reason = needsParty(state) { return reason }
                return switch state.view?.activeParty?.host {
                case .me: nil
                case .member(let host): "Only the host has the invite: ask \(host)."
                case .left: "The host has left: nobody can invite any more. Host a new party for that."
                case nil: "Only the host has the invite."
                }
            }),
        Action(
            id: .leave, keys: [.character("l")], hint: "leave", description: "leave the party",
            unavailable: { needsParty($0) }),
        Action(
            id: .pane, keys: [.tab, .backTab], hint: "pane", description: "go from the peers to the relays and back",
            unavailable: { needsParty($0) }),
        Action(
            id: .zoomOut, keys: [.character("-")], description: "show a longer time in the graph",
            unavailable: { needsParty($0) }),
        Action(
            id: .zoomIn, keys: [.character("+")], description: "show a shorter time in the graph",
            unavailable: { needsParty($0) }),
        Action(
            id: .retry, keys: [.character("r")], hint: "retry",
            description: "try again what the node needs and did not get",
            unavailable: { state in
                if let reason = needsNode(state) { return reason }
                return state.mode == .problem ? nil : "The node has all that it needs."
            }),
        Action(id: .redraw, keys: [.control("l")], description: "paint the screen again"),
        Action(id: .close, keys: [.escape], description: "close what lies over the screen"),
        Action(id: .help, keys: [.character("?")], hint: "help", description: "show all keys"),
        Action(id: .quit, keys: [.character("q")], hint: "quit", description: "quit the dashboard"),
    ]

    private static func needsNode(_ state: AppState) -> String? {
        state.view == nil ? "The node has not answered yet." : nil
    }

    private static func needsHealth(_ state: AppState) -> String? {
        needsNode(state) ?? (state.mode == .problem ? "The node needs help first: see above." : nil)
    }

    private static func needsParty(_ state: AppState) -> String? {
        if let reason = needsHealth(state) { return reason }
        return state.view?.activeParty == nil ? "You are in no party: h hosts one, j joins one." : nil
    }

    private static func needsNoParty(_ state: AppState) -> String? {
        if let reason = needsHealth(state) { return reason }
        return state.view?.activeParty.map { "You are in \($0.name): leave it first (l)." }
    }
}

extension Action {
    /// The table of keys for the documentation.
    static func markdownTable() -> String {
        let rows = all.map { action in
            "| \(action.keys.map { "`\($0.name)`" }.joined(separator: " ")) | \(action.description) |"
        }
        return (["| keys | what they do |", "|---|---|"] + rows).joined(separator: "\n")
    }
}
