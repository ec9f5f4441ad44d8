import MeshRules
import MeshWire

/// Everything that the screen depends on. `update` changes it, `render` draws it, nothing else does either.
struct AppState: Equatable, Sendable {
    var size = Size(80, 24)
    var glyphs = Glyphs.braille
    /// The newest snapshot, as it is shown; nil before the first.
    var view: ViewModel?
    var focus = Pane.peers
    var selectedPeer: PeerID?
    var selectedRelay: Bytes8?
    var overlay: Overlay?
    var message: Message?
    /// Samples that one dot column of the graph stands for.
    var zoom = 1
    /// Commands whose outcome has not come.
    var unfinished = 0
    /// Whether the terminal's window has the keyboard.
    var isWatched = true
    /// Whether `q` asks what to do with the node, which this dashboard started.
    var asksAboutNode = false
    /// False for a terminal that is known to have no clipboard for programs.
    var canCopy = true
    /// Seconds east of Greenwich, for the log.
    var utcOffset = 0
    var now = Instant()

    /// What kind of screen stands behind the overlays.
    var mode: Mode {
        guard let view else { return .connecting }
        if view.node.problem != nil { return .problem }
        return view.activeParty == nil ? .welcome : .party
    }

    /// The selected peer's row.
    var peer: PeerRow? { view?.peer(selectedPeer) }
    /// The selected relay's row.
    var relay: RelayRow? { view?.relay(selectedRelay) }
}

/// The kinds of screen.
enum Mode: Sendable { case connecting, problem, welcome, party }

/// One line for the person, in the footer's place for a while.
struct Message: Equatable, Sendable {
    var text: String
    var isError = false
    var until: Instant
}

/// What lies over the screen and has the keyboard.
enum Overlay: Equatable, Sendable {
    case help(scroll: Int)
    case prompt(Prompt)
    case confirm(Confirmation, chosen: Int = 0)
    /// nil while the node has not answered.
    case invite(String?)
}

/// A question that is answered by typing.
struct Prompt: Equatable, Sendable {
    enum Kind: Sendable { case host, join }

    let kind: Kind
    var field: TextField
    /// Why the node said no; what was typed stays.
    var problem: String?
    /// When the node was asked, while its answer has not come.
    var askedAt: Instant?
    /// The person wants it stopped.
    var isStopping = false

    var isBusy: Bool { askedAt != nil }

    init(_ kind: Kind) {
        self.kind = kind
        field = kind == .host ? TextField() : TextField(isSecret: true, limit: 4096)
    }
}

/// What happens to the app.
enum AppEvent: Equatable, Sendable {
    case terminal(TerminalEvent)
    case snapshot(MeshSnapshot)
    case outcome(NodeCommand, CommandOutcome)
    /// Time passes; nothing else need have happened.
    case tick
}

/// What the app wants done.
enum AppEffect: Equatable, Sendable {
    case perform(NodeCommand)
    case copy(String)
    case repaint
    /// The end, with the exit code of the process.
    case exit(Int32)
}
