import MeshRules
import MeshTestKit
import Testing

@Suite("The event queue") struct EventQueueTests {
    @Test("events come in order of time, those of one moment in the order they were scheduled in")
    func order() {
        var queue = EventQueue<Int>()
        var random = SeededRandom(seed: 7)
        var expected: [(time: Int64, number: Int)] = []
        for number in 0..<1_000 {
            let time = Int64(random.below(100))
            queue.schedule(number, at: Instant(nanoseconds: time))
            expected.append((time, number))
        }
        expected.sort { ($0.time, $0.number) < ($1.time, $1.number) }
        var came: [Int] = []
        while let (_, number) = queue.next() { came.append(number) }
        #expect(came == expected.map(\.number))
        #expect(queue.isEmpty)
    }
}
