/// All keys, from the table of actions, and what the signs mean.
enum HelpOverlay {
    static func draw(_ state: AppState, scroll: Int, on canvas: inout Canvas) {
        let rows = rows(state)
        let detail = canvas.size.height < rows.count + 2 ? "arrows scroll, Esc closes" : "Esc closes"
        let inner = canvas.window(Size(72, rows.count + 2), "Keys", detail: detail, state.glyphs)
        let first = max(0, min(scroll, rows.count - inner.height))
        let keyWidth = min(14, inner.width / 3)
        for (line, row) in rows.dropFirst(first).prefix(inner.height).enumerated() {
            let y = inner.y + line
            canvas.field(row.left, inner.x, y, keyWidth, row.isUsable ? .accent : .dim, state.glyphs)
            let x = inner.x + keyWidth + 1
            canvas.field(row.right, x, y, inner.right - x, row.isUsable ? .plain : .dim, state.glyphs)
        }
    }

    private static func rows(_ state: AppState) -> [(left: String, right: String, isUsable: Bool)] {
        let keys = Action.all.map { action in
            (action.keys.map(\.name).joined(separator: " "), action.description, action.unavailable(state) == nil)
        }
        return keys + state.glyphs.legend.map { ($0.signs, $0.meaning, true) }
    }
}
