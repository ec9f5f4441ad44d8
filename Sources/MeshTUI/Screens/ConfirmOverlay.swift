/// A question with its buttons.
enum ConfirmOverlay {
    static func draw(_ confirmation: Confirmation, chosen: Int, _ state: AppState, on canvas: inout Canvas) {
        let buttons = confirmation.buttons.map { "[ \($0.words) ]" }
        let width = min(canvas.size.width, 60) - 4
        let wanted = Canvas.wrapped(confirmation.question, width).count + rows(of: buttons, width)
        let detail = buttons.isEmpty ? "" : "\(state.glyphs.kind == .ascii ? "<- ->" : "← →") Enter Esc"
        let inner = canvas.window(
            Size(60, wanted + (buttons.isEmpty ? 2 : 3)), confirmation.title, detail: detail, state.glyphs)
        let buttonRows = min(rows(of: buttons, inner.width), inner.height)
        let lines = Canvas.wrapped(
            confirmation.question, in: Size(inner.width, inner.height - buttonRows), state.glyphs)
        for (line, words) in lines.enumerated() {
            canvas.put(words, inner.x, inner.y + line, .bold, width: inner.width)
        }
        var (x, y) = (inner.x, inner.bottom - buttonRows)
        canvas.clipped(to: inner) { canvas in
            for (index, button) in buttons.enumerated() {
                if x > inner.x, x + button.count > inner.right { (x, y) = (inner.x, y + 1) }
                let isChosen = index == chosen
                canvas.put(button, x, y, isChosen ? Style.bold.selected : .plain, width: inner.right - x)
                if isChosen { canvas.cursor = Point(x + 2, y) }
                x += button.count + 2
            }
        }
    }

    /// Lines that the buttons take when they flow.
    private static func rows(of buttons: [String], _ width: Int) -> Int {
        var (rows, x) = (buttons.isEmpty ? 0 : 1, 0)
        for button in buttons {
            if x > 0, x + button.count > width { (rows, x) = (rows + 1, 0) }
            x += button.count + 2
        }
        return rows
    }
}
