/// The last line: the keys that do something now. A message takes its place, and as many lines as it needs.
enum FooterScreen {
    static func draw(_ state: AppState, in rect: Rect, on canvas: inout Canvas) {
        guard !rect.isEmpty else { return }
        var hints = Action.all.filter { $0.hint != nil && $0.unavailable(state) == nil }
        // Help is the last to go, and what mends a node and the way out never do.
        while width(hints, state) > rect.width - 2,
            let index = hints.lastIndex(where: { !isLasting($0) }) ?? hints.firstIndex(where: { $0.id == .help })
        {
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

    /// What the node or the program has to say, over the lowest lines of the screen.
    static func drawMessage(_ state: AppState, on canvas: inout Canvas) {
        guard let message = state.message else { return }
        let air = canvas.size.width >= 30 ? 1 : 0
        let width = canvas.size.width - 2 * air
        let lines = Canvas.wrapped(message.text, in: Size(width, max(1, canvas.size.height - 1)), state.glyphs)
        let top = max(0, canvas.size.height - lines.count)
        canvas.fill(Rect(0, top, canvas.size.width, lines.count))
        let style = (message.isError ? Style.bad : .notice).with(.bold)
        for (index, line) in lines.enumerated() { canvas.put(line, air, top + index, style, width: width) }
    }

    private static func isLasting(_ action: Action) -> Bool { [.retry, .help, .quit].contains(action.id) }

    private static func keyName(_ action: Action, _ state: AppState) -> String {
        action.key(in: state)?.name ?? ""
    }

    private static func width(_ hints: [Action], _ state: AppState) -> Int {
        hints.reduce(-3) {
            $0 + DisplayWidth.of(keyName($1, state)) + 1 + DisplayWidth.of($1.hint(in: state) ?? "") + 3
        }
    }
}
