/// The clients that stand at one address: one machine in several tables, such as an old and a new epoch under a server's
/// token and the member's own.
struct SourceSlots {
    static let capacity = 8
    private var slots = SIMD8<Int32>(repeating: -1)

    var isEmpty: Bool { slots == SIMD8(repeating: -1) }
    /// The slots in use, for the rare cases that change them.
    var all: [Int] { (0..<Self.capacity).compactMap { self[$0] } }

    /// The slot at a position below `capacity`, nil where nobody is.
    subscript(position: Int) -> Int? { slots[position] < 0 ? nil : Int(slots[position]) }

    /// False when there is no room.
    mutating func insert(_ slot: Int) -> Bool {
        guard let free = (0..<Self.capacity).first(where: { slots[$0] < 0 }) else { return false }
        slots[free] = Int32(slot)
        return true
    }

    mutating func remove(_ slot: Int) {
        for position in 0..<Self.capacity where slots[position] == Int32(slot) { slots[position] = -1 }
    }
}
