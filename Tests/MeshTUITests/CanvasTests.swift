import Testing

@testable import MeshTUI

struct CanvasTests {
    @Test("a cell is eight bytes")
    func cellSize() {
        #expect(MemoryLayout<Cell>.stride == 8)
    }

    @Test("text outside of the canvas and of the clip is left out")
    func clipping() {
        var canvas = Canvas(Size(6, 3))
        canvas.put("abcdefgh", -2, 0)
        canvas.put("xyz", 4, 1)
        canvas.put("no", 0, 9)
        canvas.clipped(to: Rect(1, 2, 3, 1)) { $0.put("123456", 0, 2) }
        #expect(canvas.text == "cdefgh\n    xy\n 234")
    }

    @Test("a wide character is never split")
    func wideAtTheEdge() {
        var canvas = Canvas(Size(5, 1))
        canvas.put("世界世", 0, 0)
        #expect(canvas.text == "世界")
        #expect(canvas[4, 0] == .blank)
    }

    @Test(
        "what overwrites half of a wide character blanks the other half",
        arguments: [(0, "x  界"), (1, " x 界"), (2, "世 x"), (3, "世  x")])
    func overwriting(_ x: Int, _ expected: String) {
        var canvas = Canvas(Size(5, 1))
        canvas.put("世", 0, 0)
        canvas.put("界", 3, 0)
        canvas.put("x", x == 2 ? 3 : x == 3 ? 4 : x, 0)
        #expect(canvas.text == expected)
    }

    @Test("letters with marks keep them, and controls never get in")
    func clusters() {
        var canvas = Canvas(Size(6, 1))
        canvas.put("x\u{323}\u{302}y\u{1b}[m", 0, 0)
        #expect(canvas.text == "x\u{323}\u{302}y[m")
        #expect(canvas.clusters == ["x\u{323}\u{302}"])
    }

    @Test("a field is padded, cut with an ellipsis, and set right")
    func fields() {
        var canvas = Canvas(Size(20, 3))
        canvas.field("long name", 0, 0, 6, .plain, .braille)
        canvas.field("12 ms", 0, 1, 8, .plain, right: true, .braille)
        canvas.field("世界世界", 0, 2, 6, .plain, .braille)
        #expect(canvas.text == "long …\n   12 ms\n世界…")
    }

    @Test("a box has its titles in the border")
    func box() {
        var canvas = Canvas(Size(24, 3))
        let inner = canvas.box(canvas.bounds, "Peers", detail: "2 of 3", .braille)
        #expect(inner == Rect(1, 1, 22, 1))
        #expect(
            canvas.text == """
                ╭ Peers ─────── 2 of 3 ╮
                │                      │
                ╰──────────────────────╯
                """)
    }

    @Test("words are wrapped and never wider than the room")
    func wrapping() {
        #expect(Canvas.wrapped("one two three extraordinarily", 9) == ["one two", "three", "extraordi", "narily"])
        #expect(Canvas.wrapped("anything", 0) == [])
    }

    @Test("the ANSI form sets a style where it changes")
    func ansi() {
        var canvas = Canvas(Size(4, 1))
        canvas.put("ab", 0, 0, .bad)
        #expect(canvas.ansi == "\u{1b}[0;31mab\u{1b}[0m  \u{1b}[0m\n")
    }
}
