import MeshRules
import Testing

@testable import MeshTUI

struct LayoutTests {
    @Test(
        "which panes a size has room for",
        arguments: [
            (Size(1, 1), "peers"), (Size(20, 3), "peers"), (Size(40, 12), "header peers footer"),
            (Size(40, 24), "header peers graph events footer"),
            (Size(80, 24), "header peers graph relays events footer"),
            (Size(120, 40), "header parties peers graph relays events footer"),
            (Size(200, 50), "header parties peers graph relays events footer"),
        ])
    func panes(_ size: Size, _ expected: String) {
        let layout = Layout(size)
        let shown = panes(layout).filter { !$0.1.isEmpty }.map(\.0)
        #expect(shown.joined(separator: " ") == expected)
    }

    @Test(
        "where the panes of the classic terminal lie",
        arguments: [
            ("header", Rect(0, 0, 80, 4)), ("peers", Rect(0, 4, 80, 7)), ("graph", Rect(0, 11, 40, 7)),
            ("relays", Rect(40, 11, 40, 7)), ("events", Rect(0, 18, 80, 5)), ("footer", Rect(0, 23, 80, 1)),
            ("parties", .empty),
        ])
    func classic(_ name: String, _ expected: Rect) {
        let found = panes(Layout(Size(80, 24))).first { $0.0 == name }?.1
        #expect(found.map { $0.isEmpty && expected.isEmpty ? expected : $0 } == expected)
    }

    @Test("in a small window the focused table takes the only place")
    func focus() {
        let layout = Layout(Size(40, 12), focus: .relays)
        #expect(layout.peers.isEmpty)
        #expect(layout.relays == Rect(0, 1, 40, 10))
    }

    @Test("panes of every size lie within it and don't overlap")
    func everySize() {
        for width in 1...300 {
            for height in 1...80 {
                let size = Size(width, height)
                let shown = panes(Layout(size)).map(\.1).filter { !$0.isEmpty }
                #expect(shown.allSatisfy { $0.intersection(Rect(size)) == $0 }, "\(size)")
                let area = shown.reduce(0) { $0 + $1.width * $1.height }
                #expect(area == width * height, "\(size)")
                for (index, rect) in shown.enumerated() {
                    #expect(shown.dropFirst(index + 1).allSatisfy { $0.intersection(rect).isEmpty }, "\(size)")
                }
            }
        }
    }

    @Test("columns of the peers table fit into every width")
    func columns() {
        for width in 0...300 {
            let columns = PeerColumn.fitted(width, address: 13, path: 14)
            #expect(columns.reduce(-1) { $0 + $1.width + 1 } <= max(width, 0), "\(width)")
            #expect(columns.first?.column == .name)
        }
        #expect(PeerColumn.fitted(76).map(\.column) == [.name, .address, .path, .latency, .history, .loss, .state])
        #expect(PeerColumn.fitted(34).map(\.column) == [.name, .latency, .state])
        #expect(PeerColumn.fitted(118).map(\.column) == PeerColumn.allCases)
    }

    private func panes(_ layout: Layout) -> [(String, Rect)] {
        [
            ("header", layout.header), ("parties", layout.parties), ("peers", layout.peers), ("graph", layout.graph),
            ("relays", layout.relays), ("events", layout.events), ("footer", layout.footer),
        ]
    }
}
