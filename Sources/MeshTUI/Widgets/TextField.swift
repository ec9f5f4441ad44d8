/// One line that a person types or pastes into.
struct TextField: Equatable, Sendable {
    private(set) var text = ""
    /// An invite is a key to the party: it is shown as dots and a length, never echoed.
    var isSecret = false
    /// Characters that it holds at most.
    var limit = 64

    /// Takes what was typed or pasted; controls (the line end of a pasted line) are left out.
    mutating func insert(_ more: String) {
        let clean = more.unicodeScalars.filter { $0.properties.generalCategory != .control }
        text = String((text + String(String.UnicodeScalarView(clean))).prefix(limit))
    }

    mutating func deleteBackward() { _ = text.popLast() }
    mutating func clear() { text = "" }

    /// Without the blanks around it.
    var trimmed: String {
        var result = Substring(text)
        while result.first?.isWhitespace == true { result.removeFirst() }
        while result.last?.isWhitespace == true { result.removeLast() }
        return String(result)
    }

    /// Draws it in a row of its own and rests the cursor behind it.
    func draw(_ x: Int, _ y: Int, _ width: Int, on canvas: inout Canvas, _ glyphs: Glyphs) {
        guard width > 2 else { return }
        canvas.put(glyphs.caret, x, y, .accent)
        let room = width - 3
        var shown = isSecret ? secretText(room, glyphs) : SafeText.sanitised(text)
        while DisplayWidth.of(shown) > room { shown.removeFirst() }
        let used = canvas.put(shown, x + 2, y, .bold, width: room)
        canvas.cursor = Point(x + 2 + used, y)
        canvas.showsCursor = true
    }

    private func secretText(_ room: Int, _ glyphs: Glyphs) -> String {
        guard !text.isEmpty else { return "" }
        let count = " \(text.count) characters"
        return String(repeating: glyphs.secret, count: max(0, min(text.count, 24, room - count.count))) + count
    }
}
