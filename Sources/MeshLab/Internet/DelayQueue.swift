/// Packets on their way, the one due first at the front. A binary heap: packets due at the same moment keep the order in
/// which they were added.
struct DelayQueue {
    struct Entry: Equatable {
        /// Nanoseconds of the monotonic clock.
        let due: UInt64
        let slot: Int32
        let length: Int32
        let destination: Int32
        fileprivate let order: UInt64

        fileprivate func isBefore(_ other: Entry) -> Bool { due != other.due ? due < other.due : order < other.order }
    }

    private var heap: [Entry] = []
    private var added: UInt64 = 0

    init(capacity: Int = 0) { heap.reserveCapacity(capacity) }

    var isEmpty: Bool { heap.isEmpty }
    var count: Int { heap.count }
    var nextDue: UInt64? { heap.first?.due }

    mutating func add(slot: Int32, length: Int32, destination: Int32, due: UInt64) {
        heap.append(Entry(due: due, slot: slot, length: length, destination: destination, order: added))
        added += 1
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the front packet if it is due at `now`.
    mutating func next(dueBy now: UInt64) -> Entry? {
        guard let front = heap.first, front.due <= now else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return front
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { return }
            if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}
