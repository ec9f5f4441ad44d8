package import MeshRules
package import MeshWire

/// The way between two public addresses, in one direction.
package struct Link: Equatable, Sendable {
    /// One way.
    package var delay: Duration = .milliseconds(20)
    /// Up to so much more, without overtaking.
    package var jitter: Duration = .zero
    /// 0 to 1.
    package var loss = 0.0
    /// Share of packets that take up to `reorderBy` longer, so that later ones overtake them; 0 to 1.
    package var reordering = 0.0
    /// How much longer those take at most.
    package var reorderBy: Duration = .milliseconds(10)

    /// 20 ms, without faults.
    package init() {}

    /// A link of its parts.
    package init(delay: Duration, jitter: Duration = .zero, loss: Double = 0, reordering: Double = 0) {
        (self.delay, self.jitter, self.loss, self.reordering) = (delay, jitter, loss, reordering)
    }
}

/// All links, and what is cut.
package struct LinkTable: Sendable {
    private struct Direction: Hashable, Sendable {
        var from: IPAddress
        var to: IPAddress
    }

    /// For pairs without a link of their own.
    package var standard = Link()
    // Looked up, never walked.
    private var links: [Direction: Link] = [:]
    private var cuts: [Direction: Bool] = [:]
    private var lastArrival: [Direction: Instant] = [:]

    /// All links are alike.
    package init() {}

    /// The same link both ways.
    package mutating func set(_ link: Link, between one: IPAddress, and other: IPAddress) {
        links[Direction(from: one, to: other)] = link
        links[Direction(from: other, to: one)] = link
    }

    /// Nothing arrives in this direction, or everything again.
    package mutating func setCut(_ isCut: Bool, from one: IPAddress, to other: IPAddress) {
        cuts[Direction(from: one, to: other)] = isCut ? true : nil
    }

    /// When a packet that leaves now arrives; nil when it is lost.
    package mutating func arrival(
        from one: IPAddress, to other: IPAddress, now: Instant, random: inout SeededRandom
    ) -> Instant? {
        let direction = Direction(from: one, to: other)
        guard cuts[direction] == nil else { return nil }
        let link = links[direction] ?? standard
        guard !random.chance(link.loss) else { return nil }
        let straight = now + link.delay
        if random.chance(link.reordering) { return straight + random.duration(upTo: link.reorderBy) }
        guard link.jitter > .zero else { return straight }
        let arrival = max(straight + random.duration(upTo: link.jitter), lastArrival[direction] ?? straight)
        lastArrival[direction] = arrival
        return arrival
    }
}
