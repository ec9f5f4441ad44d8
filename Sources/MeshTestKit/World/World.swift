package import MeshRules
package import MeshWire

/// Machines, NATs, relays and a control plane on one thread in virtual time (DESIGN.md §11). Everything follows from the
/// seed: the same calls in the same order give the same trace.
package struct World: Sendable {
    /// Seconds since 1970 at the start.
    static let epoch: UInt64 = 1_800_000_000
    /// How often the control plane sweeps and relays register.
    static let housekeepingPace: Duration = .seconds(10)

    /// Everything follows from it.
    package let seed: UInt64
    /// Virtual time since the start.
    package internal(set) var now = Instant()
    /// Events carried out.
    package internal(set) var steps = 0
    /// A run that takes more steps is stopped, with a violation.
    package var stepLimit = 30_000_000
    /// What has happened.
    package var trace = Trace()
    /// What must never happen, and did.
    package internal(set) var violations: [String] = []
    /// In the order in which they were added.
    package internal(set) var machines: [Machine] = []
    /// In the order in which they were added.
    package internal(set) var relays: [RelayModel] = []
    /// All that were begun.
    package internal(set) var flows: [Flow] = []
    /// What is between the machines.
    package var internet: Internet
    /// Off: roaming guards are set and do nothing, to show what they are for.
    package var guardsWork = true
    /// Relays that every machine's person has configured, from its next start on.
    package var relaysByHand: [RelayInfo] = []
    /// The node's settings, the same for all.
    package var configuration = NodeConfiguration()

    var control: ControlModel
    var queue = EventQueue<WorldEvent>()
    var random: SeededRandom
    var stunServers: [STUNServer] = []
    var echoNumber: UInt64 = 0
    var households = 0
    /// Of the last household: how many stand in it, by its segment.
    var residents: [Segment: Int] = [:]

    /// An empty world with a control plane.
    package init(seed: UInt64) throws(Refusal) {
        self.seed = seed
        random = SeededRandom(seed: seed)
        internet = Internet(random: random.fork())
        control = try ControlModel(random: random.fork(), startedAt: Self.epoch)
        queue.schedule(.housekeeping, at: now)
    }

    /// Seconds since 1970 by the servers' clock.
    package var wallClock: UInt64 { Self.epoch + UInt64(now.nanoseconds / 1_000_000_000) }

    // MARK: Running

    /// Lets so much time pass.
    package mutating func run(for duration: Duration) {
        let end = now + duration
        while let next = queue.nextTime, next <= end, step() {}
        now = max(now, end)
    }

    /// Runs until the condition holds, which is asked for after each `pace`.
    /// - Returns: How long it took; nil when it did not come to hold within the limit.
    package mutating func run(
        upTo limit: Duration, pace: Duration = .milliseconds(100), until condition: (World) -> Bool
    ) -> Duration? {
        let start = now
        while !condition(self) {
            guard now - start < limit, steps < stepLimit else { return nil }
            run(for: pace)
        }
        return now - start
    }

    private mutating func step() -> Bool {
        guard steps < stepLimit else {
            if steps == stepLimit { violate("more than \(stepLimit) steps") }
            steps += 1
            return false
        }
        guard let (time, event) = queue.next() else { return false }
        steps += 1
        now = time
        trace.mix(UInt64(bitPattern: time.nanoseconds))
        carryOut(event)
        return true
    }

    private mutating func carryOut(_ event: WorldEvent) {
        switch event {
        case .arrives(let packet, let host, let segment): arrive(packet, at: host, segment)
        case .wake(let machine, let run): wake(machine, run: run)
        case .input(let machine, let run, let input): take(input, machine, run: run)
        case .control(let call): answer(call)
        case .push(let subscription, let event): push(event, to: subscription)
        case .flow(let index): sendTraffic(index)
        case .fault(let fault): apply(fault)
        case .housekeeping: keepHouse()
        }
    }

    mutating func violate(_ what: String) {
        guard violations.count < 20 else { return }
        violations.append("seed \(seed), \(TraceLine(at: now, subject: "world", what: what))")
    }
}
