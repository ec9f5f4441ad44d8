/// Where each pane lies. A pane without room is empty: nothing is ever refused for a small window.
struct Layout: Equatable, Sendable {
    var header = Rect.empty
    var parties = Rect.empty
    var peers = Rect.empty
    var graph = Rect.empty
    var relays = Rect.empty
    var events = Rect.empty
    var footer = Rect.empty
    /// What lies between header and footer, for the screens that have no panes.
    var body = Rect.empty

    /// `focus` takes the place of the peers where only one of the two tables fits.
    init(_ size: Size, focus: Pane = .peers) {
        let headerRows = size.height >= 20 && size.width >= 60 ? 4 : size.height >= 6 ? 1 : 0
        let footerRows = size.height >= 4 ? 1 : 0
        header = Rect(0, 0, size.width, headerRows)
        footer = Rect(0, size.height - footerRows, size.width, footerRows)
        body = Rect(0, headerRows, size.width, size.height - headerRows - footerRows)
        if size.width >= 150, body.height >= 24 {
            placeWide()
        } else if size.width >= 60, body.height >= 15 {
            placeStacked()
        } else {
            placeNarrow(focus)
        }
    }

    /// Tables at the left, what moves at the right.
    private mutating func placeWide() {
        let left = body.width * 3 / 5
        let top = body.height * 3 / 5
        peers = Rect(body.x, body.y, left, top)
        relays = Rect(body.x, peers.bottom, left * 3 / 5, body.height - top)
        parties = Rect(relays.right, peers.bottom, left - relays.width, body.height - top)
        graph = Rect(left, body.y, body.width - left, top)
        events = Rect(left, graph.bottom, body.width - left, body.height - top)
    }

    private mutating func placeStacked() {
        let third = body.height * 3 / 8
        let last = body.height - 2 * third
        peers = Rect(0, body.y, body.width, third)
        graph = Rect(0, peers.bottom, body.width / 2, third)
        relays = Rect(graph.right, peers.bottom, body.width - graph.width, third)
        let partyColumns = body.width >= 100 ? body.width * 2 / 5 : 0
        parties = Rect(0, graph.bottom, partyColumns, partyColumns == 0 ? 0 : last)
        events = Rect(partyColumns, graph.bottom, body.width - partyColumns, last)
    }

    private mutating func placeNarrow(_ focus: Pane) {
        var table = body
        if body.height >= 13, body.width >= 24 {
            table.height = body.height * 2 / 5
            graph = Rect(0, table.bottom, body.width, body.height * 3 / 10)
            events = Rect(0, graph.bottom, body.width, body.bottom - graph.bottom)
        }
        if focus == .relays { relays = table } else { peers = table }
    }
}

/// The panes that the keyboard can be in.
enum Pane: Sendable, CaseIterable { case peers, relays }
