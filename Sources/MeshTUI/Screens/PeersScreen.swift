import MeshRules

/// The peers of the party: where each stands, by which path, how fast.
enum PeersScreen {
    static func draw(_ state: AppState, in rect: Rect, on canvas: inout Canvas) {
        guard let view = state.view, !rect.isEmpty else { return }
        let connected = view.peers.filter { $0.state == .connected || $0.state == .degraded }.count
        let host = view.activeParty?.host == .left ? "no host \(state.glyphs.separator) " : ""
        let detail = view.peers.isEmpty ? "" : "\(host)\(connected) of \(view.peers.count) connected"
        let focused = state.focus == .peers
        let inner = canvas.pane(rect, "Peers", detail: detail, state.glyphs, focused: focused)
        guard !view.peers.isEmpty else {
            canvas.emptyState(emptyWords(view.activeParty?.host), in: inner)
            return
        }
        let columns = PeerColumn.fitted(
            inner.width - 2, address: view.peers.map { $0.address.count }.max() ?? 0,
            path: view.peers.map { DisplayWidth.of(path($0, state.glyphs)) }.max() ?? 0)
        let heading = inner.height >= 3 ? 1 : 0
        if heading == 1 { drawHeading(columns, inner, &canvas, state.glyphs) }
        let rows = inner.height - heading
        let selected = view.peers.firstIndex { $0.id == state.selectedPeer } ?? 0
        let first = firstRow(selected, rows, view.peers.count)
        for (line, peer) in view.peers.dropFirst(first).prefix(rows).enumerated() {
            let row = Rect(inner.x, inner.y + heading + line, inner.width, 1)
            drawRow(peer, columns, row, &canvas, state)
        }
        canvas.tellRows(from: first, rows, of: view.peers.count, in: rect, state.glyphs)
    }

    private static func emptyWords(_ host: PartyRow.Host?) -> String {
        switch host {
        case .me: "Nobody else is here yet. Press i for the invite and pass it to a friend."
        case .left: "Nobody else is here, and the host has left: nobody can invite any more. l leaves."
        case .member, nil: "Nobody else is here yet."
        }
    }

    /// The first row that is shown, so that the selected one is seen.
    static func firstRow(_ selected: Int, _ rows: Int, _ count: Int) -> Int {
        max(0, min(selected - rows / 2, count - rows))
    }

    private static func drawHeading(
        _ columns: [(column: PeerColumn, width: Int)], _ rect: Rect, _ canvas: inout Canvas, _ glyphs: Glyphs
    ) {
        var x = rect.x + 2
        for (column, width) in columns {
            canvas.field(column.title, x, rect.y, width, .dim, right: column.isRight, glyphs)
            x += width + 1
        }
    }

    private static func drawRow(
        _ peer: PeerRow, _ columns: [(column: PeerColumn, width: Int)], _ row: Rect, _ canvas: inout Canvas,
        _ state: AppState
    ) {
        let isSelected = peer.id == state.selectedPeer
        var x = row.x + 2
        for (column, width) in columns {
            let (text, style) = cell(column, peer, width, state.glyphs)
            canvas.field(text, x, row.y, width, style, right: column.isRight, state.glyphs)
            x += width + 1
        }
        // Where there is no room for the word, the sign alone tells the state.
        if !columns.contains(where: { $0.column == .state }) {
            canvas.put(state.glyphs.state(peer.state), row.x + 1, row.y, style(peer.state), width: row.width - 1)
        }
        guard isSelected else { return }
        canvas.put(state.glyphs.marker, row.x, row.y, .accent)
        if state.focus == .peers {
            canvas.mark(row, \.selected)
            canvas.cursor = Point(row.x, row.y)
        }
    }

    private static func cell(_ column: PeerColumn, _ peer: PeerRow, _ width: Int, _ glyphs: Glyphs) -> (String, Style) {
        switch column {
        case .name: return (peer.name, nameStyle(peer.state))
        case .address: return (peer.address, .plain)
        case .nat: return (width >= 20 ? "\(peer.natType)" : shortName(peer.natType), .plain)
        case .path: return (path(peer, glyphs), peer.isRelayed ? .notice : .plain)
        case .latency: return (SteadyNumber.milliseconds(peer.latency), latencyStyle(peer.latency))
        case .history: return (Sparkline.text(peer.steps, glyphs), latencyStyle(peer.latency).with(.dim))
        case .loss: return ("\(peer.loss)%", peer.loss == 0 ? .dim : peer.loss < 5 ? .warning : .bad)
        case .state: return ("\(glyphs.state(peer.state)) \(peer.stateWord)", style(peer.state))
        }
    }

    private static func nameStyle(_ state: PeerState) -> Style {
        switch state {
        case .connected, .degraded: .bold
        case .away: .dim
        default: .plain
        }
    }

    /// Sign and words: a row tells direct from relayed without its colour.
    private static func path(_ peer: PeerRow, _ glyphs: Glyphs) -> String {
        guard peer.endpoint != nil else { return peer.path + pinMark(peer, glyphs) }
        return "\(peer.isRelayed ? glyphs.relayed : glyphs.direct) \(peer.path)" + pinMark(peer, glyphs)
    }

    private static func pinMark(_ peer: PeerRow, _ glyphs: Glyphs) -> String {
        guard peer.awaitedRelay == nil else { return "" }
        return switch peer.pin?.by {
        case .me?: " \(glyphs.pinnedByMe)"
        case .peer?: " \(glyphs.pinnedByPeer)"
        case nil: ""
        }
    }

    private static func shortName(_ type: NATType) -> String {
        switch type {
        case .unknown: "?"
        case .open: "open"
        case .fullCone: "full"
        case .restrictedCone: "restr."
        case .portRestrictedCone: "port-r"
        case .symmetric: "symm."
        }
    }

    /// Degraded begins at 200 ms (DESIGN.md §5).
    static func latencyStyle(_ milliseconds: Int?) -> Style {
        guard let milliseconds else { return .dim }
        return milliseconds < 100 ? .good : milliseconds < 200 ? .warning : .bad
    }

    static func style(_ state: PeerState) -> Style {
        switch state {
        case .connected: .good
        case .degraded: .warning
        case .discovering, .checking: .notice
        case .reconnecting: Style(.magenta)
        case .failed: .bad
        case .away: .dim
        }
    }
}
