/// The invite, on demand alone: whoever reads it can join.
enum InviteOverlay {
    static func draw(_ invite: String?, _ state: AppState, on canvas: inout Canvas) {
        let width = min(canvas.size.width, 72)
        let lines = chunks(SafeText.sanitised(invite ?? "", limit: 4096), max(1, width - 4))
        let wanted = Size(width, max(1, lines.count) + 6)
        let inner = canvas.window(wanted, "Invite", detail: "Esc closes", state.glyphs)
        guard invite != nil else {
            canvas.emptyState("Asking the node …", in: inner)
            return
        }
        let roomy = inner.height >= lines.count + 4
        if roomy { canvas.field("Whoever has this can join:", inner.x, inner.y, inner.width, .dim, state.glyphs) }
        let top = inner.y + (roomy ? 2 : 0)
        let room = inner.height - (inner.height > 1 ? 1 : 0)
        for (line, part) in lines.prefix(room).enumerated() {
            canvas.put(part, inner.x, top + line, .bold, width: inner.width)
        }
        guard inner.height > 1 else { return }
        let used = canvas.put("y", inner.x, inner.bottom - 1, .accent)
        let hint = state.message?.text ?? (lines.count > room ? "copies all of it" : "copies it")
        canvas.field(hint, inner.x + used + 1, inner.bottom - 1, inner.width - used - 1, .dim, state.glyphs)
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
