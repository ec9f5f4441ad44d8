/// All keys and what the signs mean, as lines that fit the screen.
struct HelpText {
    /// Of the window, with its frame.
    static let width = 72

    /// The key stands in the first line of what it does.
    struct Line: Equatable {
        var key: String
        var words: String
        var isUsable: Bool
    }

    let keyColumns: Int
    private(set) var lines: [Line] = []

    init(_ state: AppState) {
        let columns = Canvas.windowColumns(Self.width, on: state.size)
        keyColumns = max(0, min(14, columns / 3))
        for action in Action.all {
            let keys = action.keys.map(\.name).joined(separator: " ")
            add(keys, action.description, columns, isUsable: action.unavailable(state) == nil)
        }
        for sign in state.glyphs.legend { add(sign.signs, sign.meaning, columns, isUsable: true) }
    }

    private mutating func add(_ key: String, _ words: String, _ columns: Int, isUsable: Bool) {
        var key = key
        for line in Canvas.wrapped(words, columns - keyColumns - 1) {
            lines.append(Line(key: key, words: line, isUsable: isUsable))
            key = ""
        }
    }
}
