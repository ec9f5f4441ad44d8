import MeshRules

/// The selected peer's latency over time, with what else is known of its path.
enum LatencyScreen {
    static func draw(_ state: AppState, in rect: Rect, on canvas: inout Canvas) {
        guard !rect.isEmpty else { return }
        let glyphs = state.glyphs
        guard let peer = state.peer else {
            let inner = canvas.pane(rect, "Latency", glyphs)
            canvas.emptyState("Choose a peer to see its latency over time.", in: inner)
            return
        }
        let now = SteadyNumber.milliseconds(peer.latency)
        let inner = canvas.pane(rect, "Latency \(glyphs.separator) \(peer.name)", detail: now, glyphs)
        let facts = inner.height >= 5 ? 1 : 0
        if facts == 1 { canvas.field(factsText(peer, glyphs), inner.x, inner.y, inner.width, factsStyle(peer), glyphs) }
        let place = Rect(inner.x, inner.y + facts, inner.width, inner.height - facts)
        guard peer.history.samples.contains(where: { $0 != nil }) else {
            canvas.emptyState("No answer from \(peer.name) yet.", in: place)
            return
        }
        drawGraph(peer, state, place, &canvas)
    }

    private static func drawGraph(_ peer: PeerRow, _ state: AppState, _ rect: Rect, _ canvas: inout Canvas) {
        let glyphs = state.glyphs
        let labels = rect.width >= 24 && rect.height >= 3
        let topLabel = SteadyNumber.milliseconds(Int(peer.graphTop))
        let columns = max(topLabel.count, 4)
        let plotRect =
            labels ? Rect(rect.x + columns + 2, rect.y, rect.width - columns - 2, rect.height - 1) : rect
        let plot = Plot(history: peer.history, top: peer.graphTop, zoom: state.zoom)
        plot.draw(in: plotRect, on: &canvas, glyphs, Style(.cyan))
        guard labels else { return }
        for y in 0..<plotRect.height { canvas.put(String(glyphs.vertical), plotRect.x - 1, rect.y + y, .border) }
        tick(topLabel, columns, rect, rect.y, &canvas, glyphs)
        let middle = SteadyNumber.milliseconds(Int(peer.graphTop / 2))
        if plotRect.height >= 4 { tick(middle, columns, rect, rect.y + plotRect.height / 2, &canvas, glyphs) }
        let axis = String(repeating: glyphs.horizontal, count: plotRect.width)
        canvas.put("\(glyphs.axis)\(axis)", plotRect.x - 1, plotRect.bottom, .border)
        canvas.field("0 ms", rect.x, plotRect.bottom, columns, .dim, right: true, glyphs)
        let seconds = Plot.capacity(plotRect.width, glyphs) * state.zoom
        let start = " \(ago(seconds)) ago "
        guard plotRect.width >= start.count + 7 else { return }
        canvas.put(start, plotRect.x + 1, plotRect.bottom, .dim)
        canvas.put(" now", plotRect.right - 4, plotRect.bottom, .dim)
    }

    private static func tick(
        _ label: String, _ columns: Int, _ rect: Rect, _ y: Int, _ canvas: inout Canvas, _ glyphs: Glyphs
    ) {
        canvas.field(label, rect.x, y, columns, .dim, right: true, glyphs)
        canvas.put(String(glyphs.tick), rect.x + columns + 1, y, .border)
    }

    /// While a dashboard watches, a sample is a second.
    private static func ago(_ seconds: Int) -> String {
        seconds < 120 ? "\(seconds) s" : "\(seconds / 60) min"
    }

    private static func factsText(_ peer: PeerRow, _ glyphs: Glyphs) -> String {
        if let error = peer.error, peer.state == .failed || peer.state == .reconnecting { return error }
        let pin =
            switch peer.pin?.by {
            case .me?: "pinned by you"
            case .peer?: "pinned by \(peer.name)" + (isOverruled(peer) ? ", not by you" : "")
            case nil: String?.none
            }
        let state = peer.awaitedRelay.map { ", waiting for \($0)" } ?? ""
        let facts = [
            pin.map { $0 + state }, peer.jitter.map { "jitter \(SteadyNumber.milliseconds($0))" },
            peer.handshake.map { "handshake \($0)" }, peer.endpoint, "\(peer.natType)",
        ]
        return facts.compactMap { $0 }.joined(separator: " \(glyphs.separator) ")
    }

    private static func isOverruled(_ peer: PeerRow) -> Bool {
        peer.pin?.overruled.map { $0 != peer.pin?.relayID } ?? false
    }

    private static func factsStyle(_ peer: PeerRow) -> Style {
        peer.error != nil && peer.state == .failed ? .bad : .dim
    }
}
