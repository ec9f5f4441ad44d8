import Glibc

/// How the terminal is to be used: what the environment says, in one value.
struct TerminalOptions: Equatable, Sendable {
    var term: String
    /// False with NO_COLOR: bold, dim and reverse remain.
    var colors: Bool
    /// Mode 2026 around each frame; not on the Linux console, and not with MESHTUI_NO_SYNC=1.
    var sync: Bool
    /// MESHTUI_GLYPHS=braille, blocks or ascii; nil leaves it to what the terminal can show.
    var glyphs: Glyphs?

    init(environment: [String: String]) {
        term = environment["TERM"] ?? ""
        colors = (environment["NO_COLOR"] ?? "").isEmpty
        sync = term != "linux" && environment["MESHTUI_NO_SYNC"] != "1"
        glyphs =
            switch environment["MESHTUI_GLYPHS"] {
            case "braille": .braille
            case "blocks": .blocks
            case "ascii": .ascii
            default: nil
            }
    }
}

/// Why there is no dashboard.
enum TerminalError: Error, Equatable, CustomStringConvertible {
    case notATerminal
    /// ncurses has no description of it, or it cannot move its cursor.
    case unusable(term: String)
    case system(String, Int32)

    var description: String {
        switch self {
        case .notATerminal:
            "the dashboard needs a terminal on its input and output; use `meshtui status --json` in scripts"
        case .unusable(let term):
            "the terminal type '\(term)' cannot show a dashboard; set TERM to what your terminal is, e.g. xterm-256color"
        case .system(let call, let code):
            "\(call) failed: \(String(cString: strerror(code))); close some programs and try again"
        }
    }
}
