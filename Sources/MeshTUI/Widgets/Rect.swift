/// Columns and rows of a terminal.
struct Size: Hashable, Sendable {
    var width: Int
    var height: Int

    init(_ width: Int, _ height: Int) { (self.width, self.height) = (width, height) }
}

/// A place on the screen, from its upper left corner.
struct Point: Hashable, Sendable {
    var x: Int
    var y: Int

    init(_ x: Int, _ y: Int) { (self.x, self.y) = (x, y) }
}

/// A rectangle of cells; an empty one has no width or no height, never a negative one.
struct Rect: Hashable, Sendable {
    var x: Int
    var y: Int
    var width: Int
    var height: Int

    init(_ x: Int, _ y: Int, _ width: Int, _ height: Int) {
        (self.x, self.y, self.width, self.height) = (x, y, max(0, width), max(0, height))
    }

    init(_ size: Size) { self.init(0, 0, size.width, size.height) }

    static let empty = Rect(0, 0, 0, 0)

    var right: Int { x + width }
    var bottom: Int { y + height }
    var isEmpty: Bool { width == 0 || height == 0 }

    func contains(_ point: Point) -> Bool { (x..<right).contains(point.x) && (y..<bottom).contains(point.y) }

    /// What both share; empty when they don't meet.
    func intersection(_ other: Rect) -> Rect {
        let left = max(x, other.x)
        let top = max(y, other.y)
        let result = Rect(left, top, min(right, other.right) - left, min(bottom, other.bottom) - top)
        return result.isEmpty ? .empty : result
    }

    func insetBy(_ columns: Int, _ rows: Int) -> Rect {
        Rect(x + columns, y + rows, width - 2 * columns, height - 2 * rows)
    }

    /// A rectangle of that size in the middle, never larger than this one.
    func centered(_ wanted: Size) -> Rect {
        let size = Size(min(width, wanted.width), min(height, wanted.height))
        return Rect(x + (width - size.width) / 2, y + (height - size.height) / 2, size.width, size.height)
    }
}
