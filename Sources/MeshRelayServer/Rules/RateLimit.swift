import MeshWire

/// A token bucket in one number: the time at which it would be full again (GCRA).
struct RateLimit {
    private var fullAt = Int64.min

    /// Whether one more may pass, which it then has.
    ///
    /// - Parameters:
    ///   - burst: how many pass at once.
    ///   - interval: nanoseconds after which one more passes.
    mutating func pass(now: Int64, burst: Int64, interval: Int64) -> Bool {
        let start = max(fullAt, now)
        guard start - now <= (burst - 1) * interval else { return false }
        fullAt = start + interval
        return true
    }

    /// Whether it holds as much as one that was never used.
    func isFull(now: Int64) -> Bool { fullAt <= now }
}

/// A token bucket for each address that has proven itself by a cookie: an IPv4 address, or 56 bits of an IPv6 address.
struct AddressRateLimit {
    /// Addresses that are remembered; while all of them are busy, others are not limited here.
    static let addresses = 8_192

    let burst: Int64
    let interval: Int64
    private var limits: [IPAddress: RateLimit] = [:]

    /// Numbers as in `RateLimit.pass`.
    init(burst: Int64, interval: Int64) { (self.burst, self.interval) = (burst, interval) }

    var count: Int { limits.count }

    /// Whether one more of this address may pass, which it then has.
    mutating func pass(_ address: IPAddress, now: Int64) -> Bool {
        let block = address.v4 == nil ? IPAddress(high: address.high & ~0xff, low: 0) : address
        if limits[block] == nil, limits.count >= Self.addresses {
            limits = limits.filter { !$0.value.isFull(now: now) }
            if limits.count >= Self.addresses { return true }
        }
        return limits[block, default: RateLimit()].pass(now: now, burst: burst, interval: interval)
    }
}
