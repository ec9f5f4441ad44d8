/// The last line: what the node or the program has to say, else the keys that do something now.
enum FooterScreen {
    static func draw(_ state: AppState, in rect: Rect, on canvas: inout Canvas) {
        guard !rect.isEmpty else { return }
        if let message = state.message {
            let style = message.isError ? Style.bad : .notice
            canvas.field(message.text, rect.x + 1, rect.y, rect.width - 2, style.with(.bold), state.glyphs)
            return
        }
        var hints = Action.all.filter { $0.hint != nil && $0.unavailable(state) == nil }
        // Help and the way out are the last to go.
        while width(hints, state) > rect.width - 2, let index = hints.lastIndex(where: { !isLasting($0) }) {
            hints.remove(at: index)
        }
        var x = rect.x + 1
        for action in hints {
            let key = keyName(action, state)
            canvas.put(key, x, rect.y, .accent, width: rect.right - x)
            x += DisplayWidth.of(key) + 1
            x += canvas.put(action.hint(in: state) ?? "", x, rect.y, .dim, width: rect.right - x) + 3
        }
    }

    private static func isLasting(_ action: Action) -> Bool { action.id == .help || action.id == .quit }

    private static func keyName(_ action: Action, _ state: AppState) -> String {
        action.key(in: state)?.name ?? ""
    }

    private static func width(_ hints: [Action], _ state: AppState) -> Int {
        hints.reduce(-3) {
            $0 + DisplayWidth.of(keyName($1, state)) + 1 + DisplayWidth.of($1.hint(in: state) ?? "") + 3
        }
    }
}
