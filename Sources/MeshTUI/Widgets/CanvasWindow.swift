extension Canvas {
    /// A window over the screen, blank inside; returns the room within its frame.
    mutating func window(_ wanted: Size, _ title: String, detail: String = "", _ glyphs: Glyphs) -> Rect {
        let rect = bounds.centered(wanted)
        // A column of air at either side, so that frames don't touch.
        fill(Rect(rect.x - 1, rect.y, rect.width + 2, rect.height))
        guard Self.framesWindows(size), rect.height >= 3 else { return rect }
        return box(rect, title, detail: detail, glyphs, focused: true).insetBy(1, 0)
    }

    /// The columns for text in a window that wants so many with its frame.
    static func windowColumns(_ wanted: Int, on screen: Size) -> Int {
        min(wanted, screen.width) - (framesWindows(screen) ? 4 : 0)
    }

    /// A frame that takes half of the room leaves too little to read.
    private static func framesWindows(_ screen: Size) -> Bool { screen.height >= 8 && screen.width >= 24 }
}
