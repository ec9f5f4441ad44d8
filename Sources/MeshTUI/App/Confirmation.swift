import MeshWire

/// A question before what can't be undone, or what changes the machine. It is answered by Enter on a button, never by a
/// letter: a stray one, or the letters of a paste, decide nothing.
enum Confirmation: Equatable, Sendable {
    /// Leaving the party of that name.
    case leave(String)
    /// Ending one's own party, in which there are so many others.
    case endHosting(String, others: Int)
    /// Entering a party by `command` gives this machine's interface an address in the network. The prompt is what it came
    /// from.
    case network(IPv4Network, interface: String, command: NodeCommand, from: Prompt)
    /// Quitting: does the node go on?
    case quit
    /// No question any more: the node is being stopped because the person quits.
    case stopping

    /// What a button does.
    enum Deed: Sendable { case nothing, leave, exit, stopNode, enter, goBack }

    struct Button: Equatable, Sendable {
        let words: String
        let deed: Deed
    }

    var title: String {
        switch self {
        case .leave: "Leave"
        case .endHosting: "End hosting"
        case .network: "This machine's network"
        case .quit, .stopping: "Quit"
        }
    }

    var question: String {
        switch self {
        case .leave(let party): return "Leave \(party)? You need an invite to come back."
        case .endHosting(let party, let others):
            let rest =
                others == 1 ? "The other member keeps its connections" : "The \(others) others keep their connections"
            let words = others == 0 ? "Nobody else is in it" : "\(rest), but nobody can join, invite or remove any more"
            return "End hosting \(party)? \(words). Its keys go for good."
        case .network(let network, let interface, _, _):
            return
                "The party's network is \(network): \(interface) gets an address in it, and the route to it. All else goes where it went before."
        case .quit: return "Leave the node running?"
        case .stopping: return "Stopping the node …"
        }
    }

    /// The first one is chosen when the question appears.
    var buttons: [Button] {
        switch self {
        case .leave: [Button(words: "Stay", deed: .nothing), Button(words: "Leave", deed: .leave)]
        case .endHosting: [Button(words: "Go on hosting", deed: .nothing), Button(words: "End it", deed: .leave)]
        case .network: [Button(words: "Set it up", deed: .enter), Button(words: "Go back", deed: .goBack)]
        case .quit:
            [
                Button(words: "Leave it running", deed: .exit), Button(words: "Stop it", deed: .stopNode),
                Button(words: "Stay here", deed: .nothing),
            ]
        case .stopping: []
        }
    }
}
