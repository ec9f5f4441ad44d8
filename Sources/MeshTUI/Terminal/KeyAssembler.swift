import CNCurses

/// Makes events of what ncurses reads: names the keys and gathers a bracketed paste into one text.
struct KeyAssembler {
    /// A paste beyond this is cut: an invite is a few hundred characters, a mistaken file is not.
    static let pasteLimit = 16_384
    private var paste: String?

    /// A character as `get_wch` gives it.
    mutating func character(_ code: Int32) -> TerminalEvent? {
        guard let scalar = Unicode.Scalar(UInt32(bitPattern: code)) else { return nil }
        if paste != nil {
            append(scalar == "\r" ? "\n" : scalar)
            return nil
        }
        switch scalar.value {
        case 9: return .key(.tab)
        case 10, 13: return .key(.enter)
        case 27: return .key(.escape)
        case 8, 127: return .key(.backspace)
        case 1...26: return Unicode.Scalar(scalar.value + 0x60).map { .key(.control(Character($0))) }
        case 0...31, 0x80...0x9f: return nil
        default: return .key(.character(Character(scalar)))
        }
    }

    /// A function key, one of CNCurses' `TUI_KEY_…`.
    mutating func function(_ code: Int32) -> TerminalEvent? {
        if Int(code) == TUI_KEY_PASTE_BEGIN {
            paste = ""
            return nil
        }
        if Int(code) == TUI_KEY_PASTE_END {
            defer { paste = nil }
            return paste.map { .pasted($0) }
        }
        if paste != nil { return nil }
        switch Int(code) {
        case TUI_KEY_FOCUS_IN: return .focus(true)
        case TUI_KEY_FOCUS_OUT: return .focus(false)
        default: return Self.keys[Int(code)].map { .key($0) }
        }
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        guard let held = paste, held.unicodeScalars.count < Self.pasteLimit else { return }
        paste?.unicodeScalars.append(scalar)
    }

    private static let keys: [Int: Key] = [
        TUI_KEY_UP: .up, TUI_KEY_DOWN: .down, TUI_KEY_LEFT: .left, TUI_KEY_RIGHT: .right, TUI_KEY_HOME: .home,
        TUI_KEY_END: .end, TUI_KEY_PAGE_UP: .pageUp, TUI_KEY_PAGE_DOWN: .pageDown, TUI_KEY_BACKSPACE: .backspace,
        TUI_KEY_DELETE: .delete, TUI_KEY_ENTER: .enter, TUI_KEY_BACK_TAB: .backTab,
    ]
}
