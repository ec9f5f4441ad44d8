/// The invite, on demand alone: whoever reads it can join. It stands in lines of its own, from the first column on and with
/// nothing beside it, so that a mouse selects it and nothing else.
enum InviteOverlay {
    static func draw(_ invite: String?, _ state: AppState, on canvas: inout Canvas) {
        let size = canvas.size
        let text = SafeText.sanitised(invite ?? "", limit: 4096)
        let lines = text.isEmpty ? [] : chunks(text, max(1, size.width))
        // Frame with one line, the invite, and a line for the key; what has no room goes, the frame first.
        let frame = size.height >= lines.count + 4 && size.width >= 24 ? 3 : 0
        let hint = size.height > lines.count + frame ? 1 : 0
        let height = min(size.height, frame + max(1, lines.count) + hint)
        let top = (size.height - height) / 2
        canvas.fill(Rect(0, top, size.width, height))
        if frame > 0 {
            let title = state.view?.activeParty.map { "Invite for \($0.name)" } ?? "Invite"
            let inner = canvas.box(
                Rect(0, top, size.width, frame), title, detail: "Esc closes", state.glyphs, focused: true
            ).insetBy(1, 0)
            let words = invite == nil ? "Asking the node …" : "Whoever has this can join:"
            canvas.field(words, inner.x, inner.y, inner.width, .plain, state.glyphs)
        }
        for (line, part) in lines.prefix(height - frame).enumerated() {
            canvas.put(part, 0, top + frame + line, .bold)
        }
        guard invite != nil, hint > 0 else { return }
        drawHint(state, Rect(0, top + height - 1, size.width, 1), &canvas)
    }

    private static func drawHint(_ state: AppState, _ row: Rect, _ canvas: inout Canvas) {
        var x = row.x + (row.width >= 30 ? 1 : 0)
        if state.canCopy, state.message == nil { x += canvas.put("y", x, row.y, .accent) + 1 }
        let words = state.canCopy ? "copies it" : "select it with the mouse"
        canvas.field(state.message?.text ?? words, x, row.y, row.right - x, .dim, state.glyphs)
    }

    private static func chunks(_ text: String, _ width: Int) -> [String] {
        var result: [String] = []
        var rest = Substring(text)
        while !rest.isEmpty {
            result.append(String(rest.prefix(width)))
            rest = rest.dropFirst(width)
        }
        return result
    }
}
