/// All keys, from the table of actions, and what the signs mean.
enum HelpOverlay {
    static func draw(_ state: AppState, scroll: Int, on canvas: inout Canvas) {
        let help = HelpText(state)
        let rows = help.lines.count
        let detail = canvas.size.height < rows + 2 ? "arrows scroll, Esc closes" : "Esc closes"
        let inner = canvas.window(Size(HelpText.width, rows + 2), "Keys", detail: detail, state.glyphs)
        let first = max(0, min(scroll, rows - inner.height))
        for (row, line) in help.lines.dropFirst(first).prefix(inner.height).enumerated() {
            let y = inner.y + row
            canvas.field(line.key, inner.x, y, help.keyColumns, line.isUsable ? .accent : .dim, state.glyphs)
            let x = inner.x + help.keyColumns + 1
            canvas.field(line.words, x, y, inner.right - x, line.isUsable ? .plain : .dim, state.glyphs)
        }
    }
}
