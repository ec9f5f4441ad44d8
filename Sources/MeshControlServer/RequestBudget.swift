import MeshRules
import MeshWire

/// How many requests one source may make: a token bucket for each of its blocks, so that a burst (a node that starts) is
/// served at once and a flood is not.
struct RequestBudget: Sendable {
    /// Requests that may come at once. A household of nodes that all start is below; more helps whoever floods.
    static let burst = 240.0
    /// Requests a second in the long run.
    static let rate = 20.0
    /// Seconds after which an empty bucket holds something again.
    static let pause: UInt64 = 1
    /// Buckets that are remembered; beyond, the fuller half is forgotten.
    static let buckets = 16_384

    private struct Bucket {
        var left: Double
        var at: Duration
    }

    private var buckets: [SourceBlock: Bucket] = [:]

    /// Takes one request out of each bucket of the source; false, and nothing taken, when one is empty. `now`: since any
    /// fixed moment.
    mutating func spend(_ source: IPAddress, now: Duration) -> Bool {
        let blocks = SourceBlock.all(of: source)
        guard blocks.allSatisfy({ left($0, now: now) >= 1 }) else { return false }
        for block in blocks {
            let left = left(block, now: now) - 1
            if buckets.count >= Self.buckets, buckets[block] == nil { forget(now: now) }
            buckets[block] = Bucket(left: left, at: now)
        }
        return true
    }

    private func left(_ block: SourceBlock, now: Duration) -> Double {
        let full = Self.burst * Double(block.share)
        guard let bucket = buckets[block] else { return full }
        let earned = max(0, (now - bucket.at) / .seconds(1)) * Self.rate * Double(block.share)
        return min(full, bucket.left + earned)
    }

    /// Forgets those from which least was taken: a forgotten bucket is full again, so a flood of sources can only give
    /// back what is nearly there, and never empties the memory of those who flood.
    private mutating func forget(now: Duration) {
        let used = buckets.keys.map { (block: $0, left: left($0, now: now) / Double($0.share)) }
            .sorted { ($0.left, $0.block) < ($1.left, $1.block) }
        for bucket in used[(Self.buckets / 2)...] { buckets[bucket.block] = nil }
    }
}
