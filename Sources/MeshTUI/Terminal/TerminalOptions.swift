import Glibc

/// How the terminal is to be used: what the environment says, in one value.
struct TerminalOptions: Equatable, Sendable {
    var term: String
    /// False with NO_COLOR: bold, dim and reverse remain.
    var colors: Bool
    /// Mode 2026 around each frame; not on the Linux console or an unnamed terminal, and not with MESHTUI_NO_SYNC=1.
    var sync: Bool
    /// False for terminals that are known to ignore OSC 52: consoles, Apple's Terminal, and all that use VTE.
    var copies: Bool
    /// MESHTUI_GLYPHS=braille, blocks or ascii; nil leaves it to what the terminal can show.
    var glyphs: Glyphs?

    init(environment: Environment) {
        term = environment["TERM"] ?? ""
        colors = environment["NO_COLOR"] == nil
        sync = !["", "linux"].contains(term) && environment["MESHTUI_NO_SYNC"] != "1"
        copies =
            !["", "linux", "ansi"].contains(term) && !term.hasPrefix("vt")
            && environment["TERM_PROGRAM"] != "Apple_Terminal" && (environment["VTE_VERSION"] ?? "").isEmpty
        glyphs =
            switch environment["MESHTUI_GLYPHS"] {
            case "braille": .braille
            case "blocks": .blocks
            case "ascii": .ascii
            default: nil
            }
    }

    /// Names to look up in terminfo, the best first: new terminals are often unknown to older machines, and all that are
    /// in use understand xterm's sequences. A terminal that nobody has named may know as little as a VT100.
    var candidates: [String] {
        term.isEmpty ? ["vt100", "xterm"] : [term, "xterm-256color", "xterm", "vt100"]
    }
}

/// Why there is no dashboard.
enum TerminalError: Error, Equatable, CustomStringConvertible {
    case notATerminal
    /// It cannot move its cursor, or terminfo has neither a description of it nor of its like.
    case unusable(term: String)
    case system(String, Int32)

    var description: String {
        switch self {
        case .notATerminal:
            "the dashboard needs a terminal on its input and output: use meshtui status --json in scripts, and --headless with "
                + "host and join"
        case .unusable(let term):
            "the terminal type '\(term)' cannot show a dashboard: set TERM to what your terminal is, such as xterm-256color "
                + "(the package ncurses-base describes it), or use meshtui host NAME --headless, meshtui status and meshtui peers"
        case .system(let call, let code):
            "\(call) failed: \(String(cString: strerror(code))); close some programs and try again"
        }
    }
}
