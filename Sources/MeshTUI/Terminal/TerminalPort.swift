/// What the app needs of a terminal, so that its tests need none.
protocol TerminalPort: Sendable {
    /// What happens, from the first size on; ends after `close`, when the terminal is as it was found.
    var events: AsyncStream<TerminalEvent> { get }
    /// Shows a canvas soon. Of two that follow each other quickly only the second may be seen.
    func draw(_ canvas: Canvas)
    /// Paints every cell again.
    func repaint()
    /// Puts text on the clipboard of the person's own machine (OSC 52).
    func copy(_ text: String)
    /// Gives the terminal back.
    func close()
}
