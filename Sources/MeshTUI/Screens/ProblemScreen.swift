/// Why the node can do nothing yet, and what to do about it; the log beneath it tells more.
enum ProblemScreen {
    static func draw(_ state: AppState, in rect: Rect, on canvas: inout Canvas) {
        guard !rect.isEmpty else { return }
        let text = state.view?.node.problem ?? ""
        let margin = rect.width >= 30 ? 3 : 0
        let wanted = Canvas.wrapped(text, min(rect.width, 96) - 8).count + 4
        let height = rect.height >= wanted + 5 ? max(wanted, rect.height / 3) : rect.height
        let place = Rect(rect.x, rect.y, rect.width, height)
        let inner = canvas.pane(place, "The node needs help", state.glyphs)
        let room = Size(min(inner.width, 92) - margin, inner.height)
        let lines = Canvas.wrapped(text, in: room, state.glyphs)
        let top = inner.y + max(0, (inner.height - lines.count) / 2)
        for (line, words) in lines.enumerated() {
            if line == 0, margin > 0 { canvas.put("!", inner.x, top, Style.bad.with(.bold), width: inner.width) }
            canvas.put(words, inner.x + margin, top + line, .plain, width: inner.width - margin)
        }
        EventsScreen.draw(state, in: Rect(rect.x, place.bottom, rect.width, rect.height - height), on: &canvas)
    }
}
