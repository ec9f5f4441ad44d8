import MeshWire
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

    @Test("IPv6 addresses of one household share a limit, and IPv4 addresses have one each")
    func households() {
        var limits = AddressRateLimit(burst: 1, interval: 100)
        let passed = [
            IPAddress(high: 0x2001_0db8_0000_0100, low: 1), IPAddress(high: 0x2001_0db8_0000_01ff, low: 2),
            IPAddress(high: 0x2001_0db8_0000_0200, low: 1), IPAddress(v4: 1), IPAddress(v4: 2), IPAddress(v4: 1),
        ].map { limits.pass($0, now: 0) }
        #expect(passed == [true, false, true, true, true, false])
    }

    @Test("more addresses than are remembered shut nobody out, and those that have rested are forgotten")
    func crowd() {
        var limits = AddressRateLimit(burst: 1, interval: 100)
        for address in 0..<UInt32(AddressRateLimit.addresses) { _ = limits.pass(IPAddress(v4: address), now: 0) }
        let (newcomer, first) = (IPAddress(v4: .max), IPAddress(v4: 0))
        let whileFull = [newcomer, newcomer, first].map { limits.pass($0, now: 99) }
        #expect(whileFull == [true, true, false])
        #expect(limits.count == AddressRateLimit.addresses)
        let afterwards = [newcomer, newcomer].map { limits.pass($0, now: 100) }
        #expect(afterwards == [true, false])
        #expect(limits.count == 1)
    }
}
