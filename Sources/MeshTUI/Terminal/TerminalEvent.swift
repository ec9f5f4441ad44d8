/// A key as a person thinks of it.
enum Key: Hashable, Sendable {
    case character(Character)
    /// Ctrl and a letter, such as `control("l")`.
    case control(Character)
    case up, down, left, right, home, end, pageUp, pageDown
    case enter, escape, tab, backTab, backspace, delete

    /// How it is written in the footer, the help and the documentation.
    var name: String {
        switch self {
        case .character(" "): "Space"
        case .character(let character): String(character)
        case .control(let letter): "Ctrl-\(letter.uppercased())"
        case .up: "↑"
        case .down: "↓"
        case .left: "←"
        case .right: "→"
        case .home: "Home"
        case .end: "End"
        case .pageUp: "PgUp"
        case .pageDown: "PgDn"
        case .enter: "Enter"
        case .escape: "Esc"
        case .tab: "Tab"
        case .backTab: "Shift-Tab"
        case .backspace: "Backspace"
        case .delete: "Del"
        }
    }
}

/// What a terminal tells the program.
enum TerminalEvent: Equatable, Sendable {
    case key(Key)
    case resize(Size)
    /// Whether its window has the keyboard now.
    case focus(Bool)
    /// A whole pasted text, so that a line end in it presses no key.
    case pasted(String)
    /// It has gone or the process was told to go; the signal says which way.
    case closed(signal: Int32)
}
