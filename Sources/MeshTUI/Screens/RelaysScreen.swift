import MeshRules

/// The relays: how far each is, whether this machine is registered there, whose packets pass through it.
enum RelaysScreen {
    static func draw(_ state: AppState, in rect: Rect, on canvas: inout Canvas) {
        guard let view = state.view, !rect.isEmpty else { return }
        let glyphs = state.glyphs
        let focused = state.focus == .relays
        let detail = focused ? state.peer.map { "Enter pins for \($0.name)" } ?? "" : ""
        let inner = canvas.pane(rect, "Relays", detail: detail, glyphs, focused: focused)
        guard !view.relays.isEmpty else {
            canvas.emptyState("No relay is known. Direct paths work without one.", in: inner)
            return
        }
        let heading = inner.height >= 3 ? 1 : 0
        let columns = Columns(inner, addresses: inner.width >= 62)
        if heading == 1 {
            columns.draw(["Region", "Latency", "Here", "Endpoint", "Used by"], inner.y, &canvas, glyphs)
        }
        let rows = inner.height - heading
        let selected = view.relays.firstIndex { $0.id == state.selectedRelay } ?? 0
        let first = PeersScreen.firstRow(selected, rows, view.relays.count)
        for (line, relay) in view.relays.dropFirst(first).prefix(rows).enumerated() {
            let row = Rect(inner.x, inner.y + heading + line, inner.width, 1)
            drawRow(relay, columns, row, &canvas, state)
        }
        canvas.tellRows(from: first, rows, of: view.relays.count, in: rect, glyphs)
    }

    /// Where the columns stand; what does not fit is clipped, the region last.
    private struct Columns {
        let region: Rect, latency: Rect, registered: Rect, endpoint: Rect, users: Rect

        init(_ inner: Rect, addresses: Bool) {
            func after(_ former: Rect, _ width: Int) -> Rect {
                let x = former.right + 1
                return Rect(x, 0, min(width, inner.right - x), 1)
            }
            region = Rect(inner.x + 2, 0, min(max(8, inner.width / 5), inner.width - 2), 1)
            latency = after(region, 7)
            registered = after(latency, 5)
            endpoint = addresses ? after(registered, 21) : Rect(registered.right, 0, 0, 1)
            users = after(endpoint, 200)
        }

        func draw(_ titles: [String], _ y: Int, _ canvas: inout Canvas, _ glyphs: Glyphs) {
            for (index, place) in [region, latency, registered, endpoint, users].enumerated() {
                canvas.field(titles[index], place.x, y, place.width, .dim, right: index == 1, glyphs)
            }
        }
    }

    private static func drawRow(
        _ relay: RelayRow, _ columns: Columns, _ row: Rect, _ canvas: inout Canvas, _ state: AppState
    ) {
        let glyphs = state.glyphs
        let isPinned = state.peer?.pin.map { $0.by == .me && $0.relayID == relay.id } ?? false
        let name = isPinned ? "\(relay.region) \(glyphs.pinnedByMe)" : relay.region
        canvas.field(name, columns.region.x, row.y, columns.region.width, .bold, glyphs)
        canvas.field(
            SteadyNumber.milliseconds(relay.latency), columns.latency.x, row.y, columns.latency.width,
            PeersScreen.latencyStyle(relay.latency), right: true, glyphs)
        let here = relay.registered ? "\(glyphs.yes) yes" : "\(glyphs.no) no"
        canvas.field(
            here, columns.registered.x, row.y, columns.registered.width, relay.registered ? .good : .dim, glyphs)
        canvas.field(relay.endpoint, columns.endpoint.x, row.y, columns.endpoint.width, .plain, glyphs)
        let users = relay.users.isEmpty ? relay.error ?? "–" : relay.users.joined(separator: ", ")
        let style = relay.users.isEmpty ? (relay.error == nil ? Style.dim : .bad) : .plain
        canvas.field(users, columns.users.x, row.y, columns.users.width, style, glyphs)
        guard relay.id == state.selectedRelay else { return }
        canvas.put(glyphs.marker, row.x, row.y, .accent)
        if state.focus == .relays {
            canvas.mark(row, \.selected)
            canvas.cursor = Point(row.x, row.y)
        }
    }
}
