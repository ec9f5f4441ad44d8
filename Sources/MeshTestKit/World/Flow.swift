package import MeshRules

/// Counted packets from one machine's address inside the tunnel to another's, at a steady pace.
package struct Flow: Sendable {
    /// The machine that sends.
    package let from: Int
    /// The machine that receives.
    package let to: Int
    /// Between two packets.
    package let interval: Duration
    /// Nothing is sent from then on.
    package internal(set) var end: Instant
    /// Packets that WireGuard took.
    package internal(set) var sent: UInt64 = 0
    /// Packets that came out of the tunnel.
    package internal(set) var received: UInt64 = 0
    /// Arrived behind one that was sent later.
    package internal(set) var reordered: UInt64 = 0
    /// The longest time without an arrival, counted from the flow's start.
    package internal(set) var longestSilence: Duration = .zero
    /// Nil while none has arrived.
    package internal(set) var firstArrival: Instant?
    /// The flow's start while none has arrived.
    package internal(set) var lastArrival: Instant
    var highest: UInt64 = 0

    init(from: Int, to: Int, interval: Duration, start: Instant, end: Instant) {
        (self.from, self.to, self.interval, self.end, lastArrival) = (from, to, interval, end, start)
    }

    /// Sent and not arrived, packets still in flight included.
    package var missing: UInt64 { sent - received }

    mutating func arrived(_ number: UInt64, now: Instant) {
        received += 1
        if number < highest { reordered += 1 }
        highest = max(highest, number)
        longestSilence = max(longestSilence, now - lastArrival)
        if firstArrival == nil { firstArrival = now }
        lastArrival = now
    }
}
