import MeshRules

/// The log: what happened, the newest at the bottom.
enum EventsScreen {
    static func draw(_ state: AppState, in rect: Rect, on canvas: inout Canvas) {
        guard let view = state.view, !rect.isEmpty else { return }
        let inner = canvas.pane(rect, "Events", state.glyphs)
        guard !view.events.isEmpty else {
            canvas.emptyState("Nothing has happened yet.", in: inner)
            return
        }
        let subjectWidth = inner.width >= 48 ? 10 : 0
        for (line, event) in view.events.suffix(inner.height).enumerated() {
            drawRow(event, Rect(inner.x, inner.y + line, inner.width, 1), subjectWidth, &canvas, state.glyphs)
        }
    }

    private static func drawRow(
        _ event: EventRow, _ row: Rect, _ subjectWidth: Int, _ canvas: inout Canvas, _ glyphs: Glyphs
    ) {
        var x = row.x
        if row.width >= 30 {
            canvas.field(event.time, x, row.y, 8, .dim, glyphs)
            x += 9
        }
        let (sign, style) = sign(event.level, glyphs)
        canvas.put(sign, x, row.y, style)
        x += 2
        if subjectWidth > 0 {
            canvas.field(event.subject, x, row.y, subjectWidth, .bold, glyphs)
            x += subjectWidth + 1
        }
        let text = subjectWidth > 0 ? event.message : "\(event.subject): \(event.message)"
        canvas.field(text, x, row.y, row.right - x, event.level == .error ? .bad : .plain, glyphs)
    }

    private static func sign(_ level: EventStatus.Level, _ glyphs: Glyphs) -> (String, Style) {
        switch level {
        case .info: (glyphs.kind == .ascii ? "." : "·", .dim)
        case .notice: (glyphs.kind == .ascii ? "*" : "•", .notice)
        case .warning: ("!", .warning)
        case .error: (glyphs.kind == .braille ? "✕" : "x", .bad)
        }
    }
}
