/// Which counters of one direction were seen: the highest, and a bit for each of the 1,024 below it (PROTOCOL.md §5,
/// after RFC 6479's ring of words).
package struct ReplayWindow: Sendable {
    static let size: UInt64 = 1_024
    private static let words = Int(size / 64) + 1
    private var highest: UInt64 = 0
    private var bits = [UInt64](repeating: 0, count: words)

    /// Nothing was seen.
    package init() {}

    /// - Returns: False for a counter that was seen before or lies below the window.
    package mutating func accept(_ counter: UInt64) -> Bool {
        let word = counter / 64
        if counter > highest {
            let passed = min(word - highest / 64, UInt64(Self.words))
            for step in 0..<passed { bits[Int((highest / 64 + 1 + step) % UInt64(Self.words))] = 0 }
            highest = counter
        } else if highest - counter >= Self.size {
            return false
        }
        let slot = Int(word % UInt64(Self.words))
        let bit = UInt64(1) << (counter % 64)
        guard bits[slot] & bit == 0 else { return false }
        bits[slot] |= bit
        return true
    }
}
