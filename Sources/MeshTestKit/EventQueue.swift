package import MeshRules

/// What is going to happen in the fake world, in order of time; events of one moment come in the order they were
/// scheduled in, so that a run depends on nothing but its seed.
package struct EventQueue<Event: Sendable>: Sendable {
    // The heap moves small keys only: events carry datagrams, and moving those costs a retain each.
    private struct Key: Sendable {
        var time: Int64
        var sequence: UInt64
        var slot: Int

        static func < (left: Key, right: Key) -> Bool {
            left.time != right.time ? left.time < right.time : left.sequence < right.sequence
        }
    }

    private var heap: [Key] = []
    private var slots: [Event?] = []
    private var free: [Int] = []
    private var sequence: UInt64 = 0

    /// Nothing is due.
    package init() {}

    /// Nothing is due any more.
    package var isEmpty: Bool { heap.isEmpty }
    /// How many events are due.
    package var count: Int { heap.count }
    /// When the next event is due.
    package var nextTime: Instant? { heap.first.map { Instant(nanoseconds: $0.time) } }

    /// Plans an event behind those of the same moment.
    package mutating func schedule(_ event: Event, at time: Instant) {
        let slot: Int
        if let reused = free.popLast() {
            slot = reused
            slots[slot] = event
        } else {
            slot = slots.count
            slots.append(event)
        }
        heap.append(Key(time: time.nanoseconds, sequence: sequence, slot: slot))
        sequence += 1
        siftUp(heap.count - 1)
    }

    /// Takes the next event out.
    package mutating func next() -> (time: Instant, event: Event)? {
        guard let first = heap.first, let event = slots[first.slot] else { return nil }
        slots[first.slot] = nil
        free.append(first.slot)
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            siftDown()
        }
        return (Instant(nanoseconds: first.time), event)
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child] < heap[parent] else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var least = parent
            let left = 2 * parent + 1
            if left < heap.count, heap[left] < heap[least] { least = left }
            if left + 1 < heap.count, heap[left + 1] < heap[least] { least = left + 1 }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
