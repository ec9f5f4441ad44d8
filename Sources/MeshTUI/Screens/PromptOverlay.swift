import MeshRules

/// A question with a field, and beneath it what became of the answer.
enum PromptOverlay {
    static func draw(_ prompt: Prompt, _ state: AppState, on canvas: inout Canvas) {
        let glyphs = state.glyphs
        let isHost = prompt.kind == .host
        let note = note(prompt, state)
        let width = min(canvas.size.width, 60) - 4
        let inner = canvas.window(
            Size(60, max(7, Canvas.wrapped(note.0, width).count + 6)), isHost ? "Host a party" : "Join a party",
            detail: prompt.isBusy ? "Esc stops it" : "Esc closes", glyphs)
        guard !inner.isEmpty else { return }
        let lines = Canvas.wrapped(note.0, in: Size(inner.width, inner.height - 1), glyphs)
        let label = isHost ? "What is the party called?" : "Paste the invite. It is a key: it is not shown."
        let hasLabel = inner.height >= lines.count + 2
        if hasLabel { canvas.field(label, inner.x, inner.y, inner.width, .plain, glyphs) }
        let isRoomy = inner.height >= lines.count + 4
        prompt.field.draw(inner.x, inner.y + (isRoomy ? 2 : hasLabel ? 1 : 0), inner.width, on: &canvas, glyphs)
        for (index, line) in lines.enumerated() {
            canvas.put(line, inner.x, inner.bottom - lines.count + index, note.1, width: inner.width)
        }
    }

    private static func note(_ prompt: Prompt, _ state: AppState) -> (String, Style) {
        if prompt.isStopping { return ("Stopping …", .notice) }
        if let begin = prompt.askedAt {
            let seconds = max(0, (state.now - begin).components.seconds)
            guard seconds >= 2, let whom = state.view?.node.asking else { return ("One moment …", .notice) }
            return ("Asking \(whom) …, \(seconds) s", .notice)
        }
        if let problem = prompt.problem { return (problem, .bad) }
        return (prompt.kind == .host ? "Enter opens it" : "Enter joins", .dim)
    }
}
