import MeshRules

/// Faults of all kinds at random times, drawn from a seed. When it ends, everything that it broke has been mended.
package struct RandomSchedule: Sendable {
    /// A fault and its time.
    package struct Step: Sendable {
        /// From the start of the schedule.
        package var after: Duration
        /// What goes wrong, or right again.
        package var fault: Fault
    }

    /// A household each, with one machine.
    package let kinds: [NATKind]
    /// How many there are.
    package let relays: Int
    /// Between all of them until the end.
    package let link: Link
    /// In no order of time.
    package private(set) var steps: [Step] = []
    /// When the last fault has ceased, from the start of the schedule.
    package let length: Duration

    /// Equal seeds give equal schedules.
    package init(seed: UInt64, length: Duration = .seconds(120)) {
        // Another sequence than the world of the same seed draws from.
        var random = SeededRandom(seed: seed &+ 0x5eed)
        self.length = length
        let count = 2 + random.below(4)
        kinds = (0..<count).map { _ in NATKind.allCases[random.below(NATKind.allCases.count)] }
        relays = 1 + random.below(2)
        link = Link(
            delay: .milliseconds(10) + random.duration(upTo: .milliseconds(90)),
            jitter: random.duration(upTo: .milliseconds(10)), loss: Double(random.below(11)) / 100,
            reordering: Double(random.below(11)) / 100)
        for _ in 0..<8 + random.below(16) { addFault(&random) }
        addEnd()
    }

    private mutating func addFault(_ random: inout SeededRandom) {
        let start = random.duration(upTo: length - .seconds(25))
        let end = start + .seconds(1) + random.duration(upTo: .seconds(20))
        let one = random.below(kinds.count)
        let other = (one + 1 + random.below(kinds.count - 1)) % kinds.count
        switch random.below(8) {
        case 0:
            add(start, .cut(one, other, oneWay: random.chance(0.5)))
            add(end, .mend(one, other))
        case 1:
            let relay = random.below(relays)
            add(start, .cutFromRelay(one, relay: relay))
            add(end, .mendToRelay(one, relay: relay))
        case 2:
            add(start, .stop(one))
            add(end, .start(one))
        case 3: add(start, .rebootNAT(one))
        case 4: add(start, .restartRelay(random.below(relays)))
        case 5: add(start, .suspend(one, end - start))
        case 6:
            add(start, .controlDown(true))
            add(end, .controlDown(false))
        default: add(start, .clockStep(one, random.duration(upTo: .seconds(60)) - .seconds(1)))
        }
    }

    /// Faults of one kind may have overlapped, so all is mended once more.
    private mutating func addEnd() {
        for one in kinds.indices {
            add(length, .start(one))
            for other in kinds.indices where other > one { add(length, .mend(one, other)) }
            for relay in 0..<relays { add(length, .mendToRelay(one, relay: relay)) }
        }
        add(length, .controlDown(false))
        add(length, .standardLink(Link(delay: link.delay)))
    }

    private mutating func add(_ after: Duration, _ fault: Fault) { steps.append(Step(after: after, fault: fault)) }
}

extension World {
    /// Plans the whole schedule from now on.
    package mutating func schedule(_ schedule: RandomSchedule) {
        internet.links.standard = schedule.link
        for step in schedule.steps { self.schedule(step.fault, at: now + step.after) }
    }
}
