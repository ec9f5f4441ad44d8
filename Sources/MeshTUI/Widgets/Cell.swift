/// One column of one row, in eight bytes: comparing and filling a large screen must cost microseconds.
struct Cell: Hashable, Sendable {
    /// A Unicode scalar; `Cell.continued` for the right half of a wide one; with the top bit set, an index into the
    /// canvas' clusters.
    var glyph: UInt32
    var style: Style

    static let continued: UInt32 = 0
    static let clusterBit: UInt32 = 1 << 31
    static let blank = Cell(glyph: 0x20, style: .plain)

    var isContinuation: Bool { glyph == Self.continued }
}
