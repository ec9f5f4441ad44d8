/// Why the node can do nothing yet, and what to do about it; the log beneath it tells more.
enum ProblemScreen {
    static func draw(_ state: AppState, in rect: Rect, on canvas: inout Canvas) {
        guard !rect.isEmpty else { return }
        let text =
            state.nodeIsGone
            ? "The node has stopped and this screen shows what it said last. Quit with q and start meshtui again."
            : state.view?.node.problem ?? ""
        let lines = Canvas.wrapped(text, min(rect.width, 96) - 8)
        let wanted = lines.count + 4
        let height = rect.height >= wanted + 5 ? max(wanted, rect.height / 3) : rect.height
        let place = Rect(rect.x, rect.y, rect.width, height)
        let title = state.nodeIsGone ? "The node has stopped" : "The node needs help"
        let inner = canvas.pane(place, title, state.glyphs)
        let top = inner.y + max(0, (inner.height - lines.count) / 2)
        for (line, words) in lines.enumerated() where top + line < inner.bottom {
            if line == 0 { canvas.put("!", inner.x, top, Style.bad.with(.bold), width: inner.width) }
            canvas.put(words, inner.x + 3, top + line, .plain, width: inner.width - 3)
        }
        EventsScreen.draw(state, in: Rect(rect.x, place.bottom, rect.width, rect.height - height), on: &canvas)
    }
}
