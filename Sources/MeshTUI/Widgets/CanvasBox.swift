extension Canvas {
    /// Text in a field of exactly `width` columns: blank-filled, and cut with an ellipsis when it is too long.
    mutating func field(
        _ text: String, _ x: Int, _ y: Int, _ width: Int, _ style: Style = .plain, right: Bool = false,
        _ glyphs: Glyphs
    ) {
        guard width > 0 else { return }
        let columns = DisplayWidth.of(text)
        guard columns > width else {
            put(text, right ? x + width - columns : x, y, style)
            return
        }
        let used = put(text, x, y, style, width: width - 1)
        put(glyphs.ellipsis, x + used, y, style)
    }

    /// A frame with titles set in its border; returns the room inside. `detail` stands at the right, when it fits.
    @discardableResult
    mutating func box(
        _ rect: Rect, _ title: String, detail: String = "", _ glyphs: Glyphs, focused: Bool = false
    ) -> Rect {
        guard rect.width >= 2, rect.height >= 2 else { return .empty }
        let style = focused ? Style.focusedBorder : .border
        let line = String(repeating: glyphs.horizontal, count: rect.width - 2)
        let side = String(glyphs.vertical)
        put("\(glyphs.corners[0])\(line)\(glyphs.corners[1])", rect.x, rect.y, style)
        put("\(glyphs.corners[2])\(line)\(glyphs.corners[3])", rect.x, rect.bottom - 1, style)
        for y in (rect.y + 1)..<(rect.bottom - 1) {
            put(side, rect.x, y, style)
            put(side, rect.right - 1, y, style)
        }
        var room = rect.width - 4
        if !title.isEmpty, room >= 4 {
            let columns = min(DisplayWidth.of(title), room - 2)
            put(" ", rect.x + 1, rect.y)
            field(title, rect.x + 2, rect.y, columns, focused ? .accent : .bold, glyphs)
            put(" ", rect.x + 2 + columns, rect.y)
            room -= columns + 2
        }
        let columns = DisplayWidth.of(detail)
        if !detail.isEmpty, columns + 2 <= room {
            put(" \(detail) ", rect.right - 3 - columns, rect.y, .dim)
        }
        return rect.insetBy(1, 1)
    }

    /// Lines of words within a width, none of them longer; a word that is longer is cut.
    static func wrapped(_ text: String, _ width: Int) -> [String] {
        guard width > 0 else { return [] }
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            let needed = DisplayWidth.of(line) + (line.isEmpty ? 0 : 1) + DisplayWidth.of(word)
            if needed <= width {
                line += (line.isEmpty ? "" : " ") + word
                continue
            }
            if !line.isEmpty { lines.append(line) }
            line = ""
            for character in word {
                if DisplayWidth.of(line) + DisplayWidth.of(character) > width {
                    lines.append(line)
                    line = ""
                }
                line.append(character)
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }

    /// Lines of words in a rectangle. What doesn't fit whole loses its beginning: messages end with what to do, behind
    /// their last colon.
    static func wrapped(_ text: String, in size: Size, _ glyphs: Glyphs) -> [String] {
        let whole = wrapped(text, size.width)
        guard whole.count > size.height else { return whole }
        var parts = Array(text.split(separator: ":", omittingEmptySubsequences: false).dropFirst())
        while !parts.isEmpty {
            let rest = wrapped(parts.joined(separator: ":"), size.width)
            // A colon within an address or a time begins nothing.
            if parts[0].hasPrefix(" "), rest.count <= size.height { return rest }
            parts.removeFirst()
        }
        guard size.height > 0, let last = whole.prefix(size.height).last else { return [] }
        let cut = last.prefix(max(0, size.width - 1)) + glyphs.ellipsis
        return whole.prefix(size.height - 1) + [String(cut)]
    }

    /// An empty pane's one sentence, in the middle of it.
    mutating func emptyState(_ text: String, in rect: Rect) {
        let lines = Self.wrapped(text, rect.width - 2)
        let top = rect.y + max(0, (rect.height - lines.count) / 2)
        clipped(to: rect) { canvas in
            for (index, line) in lines.enumerated() {
                canvas.put(line, rect.x + max(0, (rect.width - DisplayWidth.of(line)) / 2), top + index, .dim)
            }
        }
    }
}
