extension Canvas {
    /// A window over the screen, blank inside; returns the room within its frame.
    mutating func window(_ wanted: Size, _ title: String, detail: String = "", _ glyphs: Glyphs) -> Rect {
        let rect = bounds.centered(wanted)
        // A column of air at either side, so that frames don't touch.
        fill(Rect(rect.x - 1, rect.y, rect.width + 2, rect.height))
        if rect.height < 3 || rect.width < 8 { return rect }
        return box(rect, title, detail: detail, glyphs, focused: true).insetBy(1, 0)
    }
}

/// All keys, from the table of actions.
enum HelpOverlay {
    static func draw(_ state: AppState, scroll: Int, on canvas: inout Canvas) {
        let rows = Action.all
        let detail = canvas.size.height < rows.count + 2 ? "arrows scroll, Esc closes" : "Esc closes"
        let inner = canvas.window(Size(72, rows.count + 2), "Keys", detail: detail, state.glyphs)
        let first = max(0, min(scroll, rows.count - inner.height))
        let keyWidth = min(14, inner.width / 3)
        for (line, action) in rows.dropFirst(first).prefix(inner.height).enumerated() {
            let y = inner.y + line
            let keys = action.keys.map(\.name).joined(separator: " ")
            let isUsable = action.unavailable(state) == nil
            canvas.field(keys, inner.x, y, keyWidth, isUsable ? .accent : .dim, state.glyphs)
            let x = inner.x + keyWidth + 1
            canvas.field(action.description, x, y, inner.right - x, isUsable ? .plain : .dim, state.glyphs)
        }
    }
}

/// A question with a field.
enum PromptOverlay {
    static func draw(_ prompt: Prompt, _ state: AppState, on canvas: inout Canvas) {
        let isHost = prompt.kind == .host
        let inner = canvas.window(
            Size(60, 7), isHost ? "Host a party" : "Join a party", detail: "Esc closes", state.glyphs)
        guard !inner.isEmpty else { return }
        let label = isHost ? "What is the party called?" : "Paste the invite. It is a key: it is not shown."
        if inner.height >= 3 { canvas.field(label, inner.x, inner.y, inner.width, .plain, state.glyphs) }
        let y = inner.height >= 5 ? inner.y + 2 : inner.y + min(1, inner.height - 1)
        prompt.field.draw(inner.x, y, inner.width, on: &canvas, state.glyphs)
        let note: (String, Style) =
            prompt.isBusy
            ? ("One moment …", .notice)
            : prompt.problem.map { ($0, .bad) } ?? ("Enter \(isHost ? "opens it" : "joins")", .dim)
        if inner.height >= 2 { canvas.field(note.0, inner.x, inner.bottom - 1, inner.width, note.1, state.glyphs) }
    }
}

/// A question before what can't be undone.
enum ConfirmOverlay {
    static func draw(_ confirmation: Confirmation, _ state: AppState, on canvas: inout Canvas) {
        let title: String
        let question: String
        let answers: [(String, String)]
        switch confirmation {
        case .leave(let party):
            title = "Leave"
            question = "Leave \(party)? You need an invite to come back."
            answers = [("y", "leave"), ("n", "stay")]
        case .quit:
            title = "Quit"
            question = state.isQuitting ? "Stopping the node …" : "Leave the node running?"
            answers = state.isQuitting ? [] : [("y", "leave it running"), ("n", "stop it"), ("Esc", "stay here")]
        }
        let lines = Canvas.wrapped(question, 56)
        let inner = canvas.window(Size(60, lines.count + 4), title, state.glyphs)
        for (line, words) in lines.enumerated() where line < inner.height {
            canvas.field(words, inner.x, inner.y + line, inner.width, .bold, state.glyphs)
        }
        guard inner.height > lines.count else { return }
        var x = inner.x
        for (key, text) in answers {
            x += canvas.put(key, x, inner.bottom - 1, .accent, width: inner.right - x) + 1
            x += canvas.put(text, x, inner.bottom - 1, .dim, width: inner.right - x) + 3
        }
    }
}
