import MeshRules

/// The signs that the screen is drawn with. Each set says the same things; a terminal gets the best that it can show.
struct Glyphs: Equatable, Sendable {
    /// How the latency graph is drawn.
    enum Plot: Sendable { case braille, blocks, ascii }

    var plot: Plot
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
    var noSample: Character
    var pinnedByMe: String
    var pinnedByPeer: String
    var yes: String
    var no: String
    var caret: String

    /// Unicode with braille, for terminal emulators.
    static let braille = Glyphs(
        plot: .braille, corners: ["╭", "╮", "╰", "╯"], horizontal: "─", vertical: "│", tick: "┤", axis: "└",
        marker: "▸", separator: "·", ellipsis: "…", secret: "•", bars: Array("▁▂▃▄▅▆▇█"), loss: "╳", noSample: "·",
        pinnedByMe: "◆", pinnedByPeer: "◇", yes: "●", no: "○", caret: "›")

    /// For the Linux console: no braille, no rounded corners.
    static let blocks = with(braille) {
        $0.plot = .blocks
        $0.corners = ["┌", "┐", "└", "┘"]
        $0.marker = ">"
        $0.ellipsis = "~"
        $0.secret = "*"
        $0.loss = "x"
        $0.caret = ">"
        $0.pinnedByMe = "*"
        $0.pinnedByPeer = "+"
        $0.yes = "+"
        $0.no = "-"
    }

    /// For a terminal that isn't UTF-8.
    static let ascii = Glyphs(
        plot: .ascii, corners: ["+", "+", "+", "+"], horizontal: "-", vertical: "|", tick: "|", axis: "+", marker: ">",
        separator: "-", ellipsis: "~", secret: "*", bars: Array("__..--=#"), loss: "x", noSample: ".",
        pinnedByMe: "*", pinnedByPeer: "+", yes: "+", no: "-", caret: ">")

    /// Where a pair stands, in one sign; the word stands beside it.
    func state(_ state: PeerState) -> String {
        if plot != .braille {
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
