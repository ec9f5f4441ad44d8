/// Draws the whole screen from the state, and from nothing else.
func render(_ state: AppState, into canvas: inout Canvas) {
    let layout = Layout(canvas.size, focus: state.focus)
    HeaderScreen.draw(state, in: layout.header, on: &canvas)
    switch state.mode {
    case .connecting: canvas.emptyState("Waiting for the node …", in: layout.body)
    case .problem: ProblemScreen.draw(state, in: layout.body, on: &canvas)
    case .welcome: WelcomeScreen.draw(state, in: layout.body, on: &canvas)
    case .party:
        PeersScreen.draw(state, in: layout.peers, on: &canvas)
        LatencyScreen.draw(state, in: layout.graph, on: &canvas)
        RelaysScreen.draw(state, in: layout.relays, on: &canvas)
        PartiesScreen.draw(state, in: layout.parties, on: &canvas)
        EventsScreen.draw(state, in: layout.events, on: &canvas)
    }
    FooterScreen.draw(state, in: layout.footer, on: &canvas)
    FooterScreen.drawMessage(state, on: &canvas)
    switch state.overlay {
    case .help(let scroll): HelpOverlay.draw(state, scroll: scroll, on: &canvas)
    case .prompt(let prompt): PromptOverlay.draw(prompt, state, on: &canvas)
    case .confirm(let confirmation, let chosen):
        ConfirmOverlay.draw(confirmation, chosen: chosen, state, on: &canvas)
    case .invite(let invite): InviteOverlay.draw(invite, state, on: &canvas)
    case nil: break
    }
    if state.glyphs.kind == .ascii { canvas.reduceToASCII() }
}

extension Canvas {
    /// A pane's frame, or none where it would leave no room for what it frames.
    mutating func pane(
        _ rect: Rect, _ title: String, detail: String = "", _ glyphs: Glyphs, focused: Bool = false
    ) -> Rect {
        if rect.height < 5 || rect.width < 20 { return rect }
        return box(rect, title, detail: detail, glyphs, focused: focused).insetBy(1, 0)
    }

    /// Which rows of a longer table are shown, set into the lower border of its pane.
    mutating func tellRows(from first: Int, _ rows: Int, of count: Int, in rect: Rect, _ glyphs: Glyphs) {
        guard rows < count, rect.height >= 5, rect.width >= 24 else { return }
        let text = " \(first + 1)-\(first + rows) of \(count) "
        put(text, rect.right - 2 - text.count, rect.bottom - 1, .dim)
    }
}
