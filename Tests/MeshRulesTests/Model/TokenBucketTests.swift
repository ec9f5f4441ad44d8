import MeshTestKit
import Testing

@testable import MeshRules

@Suite("A token bucket")
struct TokenBucketTests {
    @Test("gives its burst at once, then one each interval, and never saves up more than the burst")
    func burst() {
        var bucket = TokenBucket(burst: 3, every: .milliseconds(500))
        /// (milliseconds, whether there is one)
        let turns: [(Int64, Bool)] = [
            (0, true), (0, true), (0, true), (0, false), (499, false), (500, true), (500, false), (1_200, true),
            (1_200, false), (1_500, true),
            (60_000, true), (60_000, true), (60_000, true), (60_000, false),
        ]
        for (time, isThere) in turns {
            #expect(bucket.isAvailable(at: at(time)) == isThere, "\(time) ms")
            let taken = bucket.take(at: at(time))
            #expect(taken == isThere, "\(time) ms")
        }
    }

    @Test("says when the next one is there, to the nanosecond, and is full again when all have come back")
    func nextToken() {
        var bucket = TokenBucket(burst: 2, every: .milliseconds(100))
        #expect(bucket.isFull(at: at(0)))
        bucket.take(at: at(1_000))
        #expect(bucket.isAvailable(at: at(1_000)))
        #expect(!bucket.isFull(at: at(1_099)))
        bucket.take(at: at(1_000))
        #expect(bucket.nextToken == at(1_100))
        let early = bucket.take(at: Instant(nanoseconds: at(1_100).nanoseconds - 1))
        let late = bucket.take(at: at(1_100))
        #expect((early, late) == (false, true))
        #expect(bucket.isFull(at: at(1_300)))
    }

    @Test("however it is asked, no span of time gives more than the burst and the rate", arguments: 1...20)
    func bound(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let (burst, interval) = (1 + random.below(20), Int64(1 + random.below(500)))
        var bucket = TokenBucket(burst: burst, every: .milliseconds(interval))
        var now: Int64 = 0
        var taken: [Int64] = []
        for _ in 0..<2_000 {
            now += Int64(random.below(random.chance(0.01) ? 10_000 : 50))
            if bucket.take(at: at(now)) { taken.append(now) }
        }
        for first in taken.indices {
            for last in first..<min(first + 200, taken.count) {
                let most = Int64(burst) + (taken[last] - taken[first]) / interval
                #expect(Int64(last - first + 1) <= most, "from \(taken[first]) to \(taken[last]) ms")
            }
        }
        #expect(taken.count > burst)
    }
}
