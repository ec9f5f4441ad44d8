/// A screen as a value: what a frame shows, whoever shows it. Drawing outside of it, or of `clip`, does nothing.
struct Canvas: Equatable, Sendable {
    let size: Size
    private(set) var cells: [Cell]
    /// Letters with marks, which one scalar does not hold.
    private(set) var clusters: [String] = []
    /// Where the hardware cursor rests: screen readers and input methods follow it.
    var cursor = Point(0, 0)
    /// A blinking cursor is for text fields alone.
    var showsCursor = false
    var clip: Rect

    init(_ size: Size) {
        self.size = Size(max(0, size.width), max(0, size.height))
        cells = Array(repeating: .blank, count: self.size.width * self.size.height)
        clip = Rect(self.size)
    }

    var bounds: Rect { Rect(size) }

    subscript(x: Int, y: Int) -> Cell {
        bounds.contains(Point(x, y)) ? cells[y * size.width + x] : .blank
    }

    /// Writes text from (x, y) on, at most `width` columns of it, cut without a sign. Returns the columns it took. What
    /// has no width (controls, lone marks) is not written.
    @discardableResult
    mutating func put(_ text: some StringProtocol, _ x: Int, _ y: Int, _ style: Style = .plain, width: Int = .max)
        -> Int
    {
        var column = 0
        // Most text is ASCII, and breaking text into clusters is what drawing would spend its time with.
        if text.utf8.allSatisfy({ 0x20...0x7e ~= $0 }) {
            for byte in text.utf8.prefix(max(0, width)) {
                store(UInt32(byte), 1, x + column, y, style)
                column += 1
            }
            return column
        }
        for character in text {
            let columns = DisplayWidth.of(character)
            guard columns > 0 else { continue }
            guard column + columns <= width else { break }
            store(code(of: character), columns, x + column, y, style)
            column += columns
        }
        return column
    }

    /// Fills a rectangle with one narrow character.
    mutating func fill(_ rect: Rect, _ character: Character = " ", _ style: Style = .plain) {
        let area = rect.intersection(clip)
        for y in area.y..<area.bottom {
            for x in area.x..<area.right { store(code(of: character), 1, x, y, style) }
        }
    }

    /// Adds attributes to what is there, such as the bar of a selected row.
    mutating func mark(_ rect: Rect, _ change: (Style) -> Style) {
        let area = rect.intersection(clip).intersection(bounds)
        for y in area.y..<area.bottom {
            for x in area.x..<area.right {
                cells[y * size.width + x].style = change(cells[y * size.width + x].style)
            }
        }
    }

    /// Changes every cell.
    mutating func change(_ change: (inout Cell) -> Void) {
        for index in cells.indices { change(&cells[index]) }
    }

    /// Draws with a smaller clip.
    mutating func clipped(to rect: Rect, _ draw: (inout Canvas) -> Void) {
        let former = clip
        clip = rect.intersection(former)
        draw(&self)
        clip = former
    }

    private mutating func store(_ glyph: UInt32, _ columns: Int, _ x: Int, _ y: Int, _ style: Style) {
        guard clip.contains(Point(x, y)), bounds.contains(Point(x, y)) else { return }
        // A wide one is never split: half of it outside means a blank.
        let whole = columns == 1 || (clip.contains(Point(x + 1, y)) && bounds.contains(Point(x + 1, y)))
        let index = y * size.width + x
        mend(index, x)
        cells[index] = Cell(glyph: whole ? glyph : 0x20, style: style)
        guard columns == 2, whole else { return }
        mend(index + 1, x + 1)
        cells[index + 1] = Cell(glyph: Cell.continued, style: style)
    }

    /// Blanks the other half of a wide character that is about to lose one.
    private mutating func mend(_ index: Int, _ x: Int) {
        if cells[index].isContinuation, x > 0 { cells[index - 1].glyph = 0x20 }
        if x + 1 < size.width, cells[index + 1].isContinuation { cells[index + 1].glyph = 0x20 }
    }

    private mutating func code(of character: Character) -> UInt32 {
        let scalars = character.unicodeScalars
        if let first = scalars.first, scalars.count == 1 { return first.value }
        let text = String(character)
        let index = clusters.firstIndex(of: text) ?? clusters.count
        if index == clusters.count { clusters.append(text) }
        return Cell.clusterBit | UInt32(index)
    }
}
