import MeshTestKit
import Testing

@testable import MeshRules

@Suite("The replay window")
struct ReplayWindowTests {
    /// Counters in order, with whether each is accepted.
    static let sequences: [[(UInt64, Bool)]] = [
        [(1, true), (1, false), (2, true), (2, false), (1, false)],
        [(5, true), (3, true), (4, true), (3, false), (5, false)],
        [(1_024, true), (1, true), (1, false)],  // 1,023 below the highest
        [(1_025, true), (1, false), (2, true)],  // 1,024 below: out of the window
        [(10, true), (5_000, true), (10, false), (4_999, true), (3_977, true), (3_976, false)],
        [(1 << 32, true), ((1 << 32) + 1, true), (1 << 32, false)],  // the first of an incarnation
        [(UInt64.max, true), (UInt64.max, false), (UInt64.max - 1, true)],
        [(64, true), (128, true), (64, false), (127, true), (63, true), (63, false)],  // borders of words
    ]

    @Test("each counter counts once, in any order within 1,024", arguments: sequences)
    func accepts(sequence: [(UInt64, Bool)]) {
        var window = ReplayWindow()
        let accepted = sequence.map { window.accept($0.0) }
        #expect(accepted == sequence.map(\.1))
    }

    @Test("agrees with a set of all counters seen")
    func model() {
        var window = ReplayWindow()
        var random = SeededRandom(seed: 7)
        var seen: Set<UInt64> = []
        var highest: UInt64 = 0
        for _ in 0..<20_000 {
            let counter = highest &+ random.next() % 1_500 &- min(highest, 1_200)
            let expected = !seen.contains(counter) && (counter > highest || highest - counter < ReplayWindow.size)
            let accepted = window.accept(counter)
            #expect(accepted == expected)
            if expected { seen.insert(counter) }
            highest = max(highest, counter)
        }
    }
}
