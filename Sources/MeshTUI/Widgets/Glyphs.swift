import MeshRules

/// The signs that the screen is drawn with. Each set says the same things; a terminal gets the best that it can show.
struct Glyphs: Equatable, Sendable {
    /// What the terminal can show, and so how the latency graph is drawn.
    enum Kind: Sendable { case braille, blocks, ascii }

    var kind: Kind
    /// Upper left, upper right, lower left, lower right.
    var corners: [Character]
    var horizontal: Character
    var vertical: Character
    var tick: Character
    var axis: Character
    var marker: String
    var separator: String
    var ellipsis: String
    var secret: Character
    /// Eight heights of a bar, the lowest first.
    var bars: [Character]
    var loss: Character
    /// The same in the graph, from its top to its foot.
    var lossColumn: Character
    var noSample: Character
    /// The two kinds of path; the word stands beside it.
    var direct: String
    var relayed: String
    var pinnedByMe: String
    var pinnedByPeer: String
    var yes: String
    var no: String
    var caret: String

    /// Unicode with braille, for terminal emulators.
    static let braille = Glyphs(
        kind: .braille, corners: ["╭", "╮", "╰", "╯"], horizontal: "─", vertical: "│", tick: "┤", axis: "└",
        marker: "▸", separator: "·", ellipsis: "…", secret: "•", bars: Array("▁▂▃▄▅▆▇█"), loss: "╳", lossColumn: "╎",
        noSample: "·",
        direct: "→", relayed: "↷", pinnedByMe: "◆", pinnedByPeer: "◇", yes: "●", no: "○", caret: "›")

    /// For the Linux console: no braille, no rounded corners.
    static let blocks = with(braille) {
        $0.kind = .blocks
        $0.corners = ["┌", "┐", "└", "┘"]
        $0.marker = ">"
        $0.ellipsis = "."
        $0.secret = "*"
        $0.loss = "x"
        $0.lossColumn = "|"
        $0.caret = ">"
        $0.relayed = "~"
        $0.pinnedByMe = "*"
        $0.pinnedByPeer = "+"
        $0.yes = "+"
        $0.no = "-"
    }

    /// For a terminal that isn't UTF-8.
    static let ascii = Glyphs(
        kind: .ascii, corners: ["+", "+", "+", "+"], horizontal: "-", vertical: "|", tick: "|", axis: "+", marker: ">",
        separator: "-", ellipsis: ".", secret: "*", bars: Array("__..--=#"), loss: "x", lossColumn: "x", noSample: ".",
        direct: "=", relayed: "~", pinnedByMe: "*", pinnedByPeer: "+", yes: "+", no: "-", caret: ">")

    /// Where a pair stands, in one sign; the word stands beside it.
    func state(_ state: PeerState) -> String {
        if kind != .braille {
            return switch state {
            case .connected: "+"
            case .degraded: "!"
            case .discovering, .checking: "?"
            case .reconnecting: "~"
            case .failed: "x"
            case .away: "-"
            }
        }
        return switch state {
        case .connected: "●"
        case .degraded: "◐"
        case .discovering: "◌"
        case .checking: "◔"
        case .reconnecting: "↻"
        case .failed: "✕"
        case .away: "○"
        }
    }

    private static func with(_ glyphs: Glyphs, _ change: (inout Glyphs) -> Void) -> Glyphs {
        var copy = glyphs
        change(&copy)
        return copy
    }
}
