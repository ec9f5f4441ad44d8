import Testing

@testable import MeshLab

@Suite("DelayQueue")
struct DelayQueueTests {
    @Test("packets come out in the order in which they are due")
    func order() {
        var queue = DelayQueue()
        var chance = Chance(seed: 5)
        let dues = (0..<1000).map { _ in chance.next(upperBound: UInt64(500)) }
        for (slot, due) in dues.enumerated() {
            queue.add(slot: Int32(slot), length: 1, destination: 0, due: due)
        }
        var out: [(due: UInt64, slot: Int32)] = []
        while let entry = queue.next(dueBy: .max) { out.append((entry.due, entry.slot)) }
        #expect(out.map(\.due) == dues.sorted())
        #expect(zip(out, out.dropFirst()).allSatisfy { $0.due < $1.due || $0.slot < $1.slot })
    }

    @Test("nothing comes out before its time")
    func patience() throws {
        var queue = DelayQueue()
        queue.add(slot: 1, length: 60, destination: 2, due: 100)
        queue.add(slot: 2, length: 61, destination: 3, due: 50)
        #expect(queue.nextDue == 50)
        let early = queue.next(dueBy: 49)
        #expect(early == nil)
        let next = queue.next(dueBy: 50)
        let first = try #require(next)
        #expect(first.slot == 2 && first.length == 61 && first.destination == 3)
        let stillEarly = queue.next(dueBy: 99)
        #expect(stillEarly == nil)
        let second = queue.next(dueBy: 100)
        #expect(second?.slot == 1)
        #expect(queue.isEmpty && queue.nextDue == nil)
    }
}
