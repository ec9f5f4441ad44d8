import CNCurses

/// Sends what differs between the canvas that is shown and the next one. Belongs to the loop's thread.
struct FramePainter {
    private let colors: Bool
    private var shown: Canvas?
    private var size = Size(80, 24)
    /// What the terminal did not take whole, to be shown again.
    private(set) var cut: Canvas?
    /// Bytes that have gone to the terminal since it was claimed.
    private(set) var bytesSent = 0

    init(colors: Bool) { self.colors = colors }

    mutating func resize(_ size: Size) {
        guard size != self.size || shown == nil else { return }
        self.size = size
        shown = nil
        tui_resize(Int32(size.height), Int32(size.width))
    }

    /// Paints everything that is shown again.
    mutating func repaint() {
        tui_repaint()
        guard let canvas = shown else { return }
        shown = nil
        show(canvas)
    }

    mutating func show(_ canvas: Canvas) {
        guard canvas != shown else { return }
        if shown == nil || shown?.size != canvas.size { tui_erase() }
        for y in 0..<canvas.size.height { putRow(y, canvas) }
        tui_cursor(Int32(canvas.cursor.y), Int32(canvas.cursor.x), canvas.showsCursor)
        let sent = tui_frame()
        bytesSent += max(0, sent)
        (shown, cut) = sent < 0 ? (nil, canvas) : (canvas, nil)
        // Nobody knows how much of it is there.
        if sent < 0 { tui_repaint() }
    }

    /// OSC 52; terminals that don't know it ignore it.
    mutating func copy(_ text: String) {
        let sequence = "\u{1b}]52;c;\(Self.base64(Array(text.utf8)))\u{1b}\\"
        bytesSent += max(0, tui_send(sequence, Int32(sequence.utf8.count)))
    }

    private func putRow(_ y: Int, _ canvas: Canvas) {
        let former = shown.flatMap { $0.size == canvas.size && $0.clusters == canvas.clusters ? $0 : nil }
        let row = (y * canvas.size.width)..<((y + 1) * canvas.size.width)
        var index = row.lowerBound
        while index < row.upperBound {
            let cell = canvas.cells[index]
            guard former?.cells[index] != cell, !cell.isContinuation else {
                index += 1
                continue
            }
            var end = index + 1
            var text = canvas.text(of: cell)
            while end < row.upperBound, former?.cells[end] != canvas.cells[end], canvas.cells[end].style == cell.style {
                text += canvas.text(of: canvas.cells[end])
                end += 1
            }
            tui_put(
                Int32(y), Int32(index - row.lowerBound), text, Int32(text.utf8.count),
                colors ? Int32(cell.style.color.rawValue) : 0, Int32(cell.style.attributes.rawValue))
            index = end
        }
    }

    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var result = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let part = bytes[start..<min(start + 3, bytes.count)]
            let word = part.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - part.count))
            for digit in 0..<4 {
                result.append(digit <= part.count ? alphabet[word >> (18 - 6 * digit) & 63] : "=")
            }
        }
        return result
    }
}
