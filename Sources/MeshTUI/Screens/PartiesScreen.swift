/// The parties that this machine is in or has hosted.
enum PartiesScreen {
    static func draw(_ state: AppState, in rect: Rect, on canvas: inout Canvas) {
        guard let view = state.view, !rect.isEmpty else { return }
        let glyphs = state.glyphs
        let inner = canvas.pane(rect, "Parties", glyphs)
        guard !view.parties.isEmpty else {
            canvas.emptyState("No party yet.", in: inner)
            return
        }
        let longest = view.parties.map { DisplayWidth.of($0.name) }.max() ?? 0
        let nameWidth = max(0, min(longest, 24, inner.width - 22))
        for (line, party) in view.parties.prefix(inner.height).enumerated() {
            let y = inner.y + line
            let style = party.active ? Style.good : .dim
            canvas.put(party.active ? glyphs.yes : glyphs.no, inner.x, y, style)
            canvas.field(party.name, inner.x + 2, y, nameWidth, party.active ? .bold : .dim, glyphs)
            let facts = [
                party.active ? (party.members == 1 ? "only you" : "\(party.members) members") : nil, party.subnet,
                party.host?.words(after: "by"),
            ]
            let x = inner.x + 3 + nameWidth
            let text = facts.compactMap { $0 }.joined(separator: " \(glyphs.separator) ")
            canvas.field(text, x, y, inner.right - x, .dim, glyphs)
        }
    }
}
