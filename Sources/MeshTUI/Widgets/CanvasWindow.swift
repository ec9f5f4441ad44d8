extension Canvas {
    /// A window over the screen, blank inside; returns the room within its frame.
    mutating func window(_ wanted: Size, _ title: String, detail: String = "", _ glyphs: Glyphs) -> Rect {
        let rect = bounds.centered(wanted)
        // A column of air at either side, so that frames don't touch.
        fill(Rect(rect.x - 1, rect.y, rect.width + 2, rect.height))
        // A frame that takes half of the room leaves too little to read.
        if rect.height < 3 || size.height < 8 || size.width < 24 { return rect }
        return box(rect, title, detail: detail, glyphs, focused: true).insetBy(1, 0)
    }
}
