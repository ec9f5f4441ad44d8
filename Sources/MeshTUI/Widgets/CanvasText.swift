extension Canvas {
    /// What a cell shows; empty for the right half of a wide character.
    func text(of cell: Cell) -> String {
        if cell.isContinuation { return "" }
        if cell.glyph & Cell.clusterBit != 0 {
            let index = Int(cell.glyph & ~Cell.clusterBit)
            return index < clusters.count ? clusters[index] : " "
        }
        return Unicode.Scalar(cell.glyph).map { String(Character($0)) } ?? " "
    }

    /// The screen as lines, without the blanks at their ends.
    var text: String { lines { row in row.map(text(of:)).joined() } }

    /// The styles as lines of letters, one a column (see `Style.letter`); blanks that show no style are left empty.
    var styles: String {
        lines { row in
            String(row.map { $0.glyph == 0x20 && !$0.style.attributes.contains(.reverse) ? " " : $0.style.letter })
        }
    }

    /// The screen as a terminal would be told to show it, for screenshots: SGR codes and text, a line a row.
    var ansi: String {
        var result = ""
        for y in 0..<size.height {
            var style: Style?
            for cell in cells[(y * size.width)..<((y + 1) * size.width)] {
                if style != cell.style {
                    result += cell.style.sgr
                    style = cell.style
                }
                result += text(of: cell)
            }
            result += "\u{1b}[0m\n"
        }
        return result
    }

    /// For a terminal that isn't UTF-8: signs become their like, letters that ASCII lacks a question mark.
    mutating func reduceToASCII() {
        change { cell in
            guard cell.glyph > 0x7e || cell.isContinuation else { return }
            let scalar = Unicode.Scalar(cell.glyph).map(Character.init)
            cell.glyph =
                switch scalar {
                case "–": 0x2d
                case "…": 0x7e
                case "·": 0x2e
                case "•": 0x2a
                case "↑": 0x5e
                case "↓": 0x76
                default: 0x3f
                }
        }
    }

    private func lines(_ line: (ArraySlice<Cell>) -> String) -> String {
        (0..<size.height).map { y in
            var text = line(cells[(y * size.width)..<((y + 1) * size.width)])
            while text.last == " " { text.removeLast() }
            return text
        }.joined(separator: "\n")
    }
}
