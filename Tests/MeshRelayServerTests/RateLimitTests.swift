import Testing

@testable import MeshRelayServer

@Suite struct RateLimitTests {
    @Test("a burst passes at once, then one each interval")
    func burst() {
        var limit = RateLimit()
        let passed = (0..<10).count { _ in limit.pass(now: 1_000, burst: 3, interval: 100) }
        #expect(passed == 3)
        let later = [1_099, 1_100, 1_101].map { limit.pass(now: $0, burst: 3, interval: 100) }
        #expect(later == [false, true, false])
    }

    @Test("after a long rest a burst passes again, and no more")
    func rest() {
        var limit = RateLimit()
        for _ in 0..<3 { _ = limit.pass(now: 0, burst: 3, interval: 100) }
        let passed = (0..<10).count { _ in limit.pass(now: 1_000_000, burst: 3, interval: 100) }
        #expect(passed == 3)
    }
}
