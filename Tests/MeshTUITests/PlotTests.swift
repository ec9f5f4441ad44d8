import Testing

@testable import MeshTUI

struct PlotTests {
    @Test("a rising line in braille")
    func braille() {
        #expect(drawn([0, 1, 2, 3, 4, 5, 6, 7], .braille, Size(4, 2)) == "  ⡠⠊\n⡠⠊")
    }

    @Test("bars of eighths, and of ASCII")
    func bars() {
        #expect(drawn([1, 3, 5, 8], .blocks, Size(4, 1)) == "▁▃▅█")
        #expect(drawn([1, 3, 5, 8], .ascii, Size(4, 2)) == "   #\n####")
    }

    @Test("loss has its own glyph over the full height, a gap stays a gap")
    func loss() {
        #expect(drawn([4, 4, nil, 4], .blocks, Size(6, 2)) == "    |\n  ██|█")
    }

    @Test("zoomed out, the worst of the samples is shown")
    func zoom() {
        var canvas = Canvas(Size(2, 1))
        Plot(history: SampleHistory([1, 8, 1, 1]), top: 8, zoom: 2).draw(
            in: canvas.bounds, on: &canvas, .blocks, .plain)
        #expect(canvas.text == "█▁")
    }

    @Test("what is above the scale stays within it")
    func capped() {
        #expect(drawn([1000, -5], .braille, Size(1, 1)) != "")
        #expect(drawn([1000], .blocks, Size(1, 1)) == "█")
    }

    private func drawn(_ samples: [Double?], _ plot: Glyphs.Kind, _ size: Size) -> String {
        let glyphs: Glyphs =
            switch plot {
            case .braille: .braille
            case .blocks: .blocks
            case .ascii: .ascii
            }
        var canvas = Canvas(size)
        Plot(history: SampleHistory(samples), top: 8).draw(in: canvas.bounds, on: &canvas, glyphs, .plain)
        return canvas.text
    }
}
