/// A line of samples in a rectangle of cells: braille where the terminal has it (2×4 dots a cell), else bars of eighths,
/// else ASCII. The newest sample is near the right edge: the line grows into a tenth of the width and then makes room by
/// as much at once, because a terminal cannot scroll sideways and a shifted graph is sent whole.
struct Plot: Equatable, Sendable {
    var history: SampleHistory
    /// The value at the upper edge; what is above it is drawn there with its own mark.
    var top: Double
    /// Samples that one dot column stands for; the worst of them is shown.
    var zoom = 1

    /// Samples that fit into so many columns.
    static func capacity(_ columns: Int, _ glyphs: Glyphs) -> Int { glyphs.kind == .braille ? 2 * columns : columns }

    func draw(in rect: Rect, on canvas: inout Canvas, _ glyphs: Glyphs, _ style: Style) {
        guard !rect.isEmpty else { return }
        let columns = columns(rect, glyphs)
        canvas.clipped(to: rect) { canvas in
            if glyphs.kind == .braille {
                drawBraille(columns, rect, &canvas, style)
            } else {
                drawBars(columns, rect, &canvas, glyphs, style)
            }
            let perCell = glyphs.kind == .braille ? 2 : 1
            for cell in 0..<rect.width where columns[(cell * perCell)..<(cell * perCell + perCell)].contains(.lost) {
                let loss = Rect(rect.x + cell, rect.y, 1, rect.height)
                canvas.fill(loss, glyphs.lossColumn, .bad)
            }
        }
    }

    private func columns(_ rect: Rect, _ glyphs: Glyphs) -> [SampleHistory.Worst] {
        let count = Self.capacity(rect.width, glyphs)
        let perColumn = max(1, zoom)
        let leap = Self.capacity(max(1, rect.width / 10), glyphs)
        let newest = (history.end + perColumn - 1) / perColumn
        let end = (newest + leap - 1) / leap * leap
        return ((end - count)..<end).map { history.worst(($0 * perColumn)..<(($0 + 1) * perColumn)) }
    }

    private func drawBraille(_ columns: [SampleHistory.Worst], _ rect: Rect, _ canvas: inout Canvas, _ style: Style) {
        let dots = rect.height * 4
        var masks = Array(repeating: UInt32(0), count: rect.width * rect.height)
        var former: Int?
        for (index, column) in columns.enumerated() {
            guard case .value(let value) = column else {
                former = nil
                continue
            }
            let row = dots - 1 - min(dots - 1, max(0, Int(value / top * Double(dots))))
            // Neighbours are joined, so that a jump stays one line; each column draws its half.
            let start = former.map { $0 < row ? $0 + 1 : $0 > row ? $0 - 1 : row } ?? row
            for dot in min(start, row)...max(start, row) {
                masks[dot / 4 * rect.width + index / 2] |= Self.bit(index % 2, dot % 4)
            }
            former = row
        }
        for (index, mask) in masks.enumerated() where mask != 0 {
            guard let scalar = Unicode.Scalar(0x2800 + mask) else { continue }
            canvas.put(
                String(Character(scalar)), rect.x + index % rect.width, rect.y + index / rect.width, style)
        }
    }

    private static func bit(_ column: Int, _ row: Int) -> UInt32 {
        if row == 3 { return column == 0 ? 64 : 128 }
        return 1 << UInt32(row + 3 * column)
    }

    private func drawBars(
        _ columns: [SampleHistory.Worst], _ rect: Rect, _ canvas: inout Canvas, _ glyphs: Glyphs, _ style: Style
    ) {
        let steps = glyphs.kind == .ascii ? 1 : 8
        for (index, column) in columns.enumerated() {
            guard case .value(let value) = column else { continue }
            let height = max(1, min(rect.height * steps, Int((value / top * Double(rect.height * steps)).rounded())))
            for row in 0..<((height + steps - 1) / steps) {
                let part = min(steps, height - row * steps)
                let glyph = glyphs.kind == .ascii ? "#" : glyphs.bars[part - 1]
                canvas.put(String(glyph), rect.x + index, rect.bottom - 1 - row, style)
            }
        }
    }
}
