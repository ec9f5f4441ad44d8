/// A question before what can't be undone.
enum ConfirmOverlay {
    static func draw(_ confirmation: Confirmation, _ state: AppState, on canvas: inout Canvas) {
        let (title, question, answers) = words(confirmation)
        let width = min(canvas.size.width, 60) - 4
        let wanted = Canvas.wrapped(question, width).count + rows(of: answers, width) + (answers.isEmpty ? 2 : 3)
        let inner = canvas.window(Size(60, wanted), title, state.glyphs)
        let answerRows = min(rows(of: answers, inner.width), inner.height)
        let lines = Canvas.wrapped(
            question, in: Size(inner.width, inner.height - answerRows), state.glyphs)
        for (line, words) in lines.enumerated() {
            canvas.put(words, inner.x, inner.y + line, .bold, width: inner.width)
        }
        var (x, y) = (inner.x, inner.bottom - answerRows)
        canvas.clipped(to: inner) { canvas in
            for (key, text) in answers {
                if x > inner.x, x + columns(key, text) > inner.right { (x, y) = (inner.x, y + 1) }
                x += canvas.put(key, x, y, .accent, width: inner.right - x) + 1
                x += canvas.put(text, x, y, .dim, width: inner.right - x) + 3
            }
        }
    }

    private static func words(_ confirmation: Confirmation) -> (String, String, [(String, String)]) {
        switch confirmation {
        case .leave(let party, let isHost):
            (
                "Leave",
                isHost
                    ? "Leave \(party)? You host it: its keys go for good."
                    : "Leave \(party)? You need an invite to come back.", [("y", "leave"), ("n", "stay")]
            )
        case .quit:
            (
                "Quit", "Leave the node running?",
                [("y", "leave it running"), ("n", "stop it"), ("Esc", "stay here")]
            )
        case .stopping: ("Quit", "Stopping the node …", [])
        }
    }

    private static func columns(_ key: String, _ text: String) -> Int { key.count + 1 + text.count }

    /// Lines that the answers take when they flow.
    private static func rows(of answers: [(String, String)], _ width: Int) -> Int {
        var (rows, x) = (answers.isEmpty ? 0 : 1, 0)
        for (key, text) in answers {
            if x > 0, x + columns(key, text) > width { (rows, x) = (rows + 1, 0) }
            x += columns(key, text) + 3
        }
        return rows
    }
}
