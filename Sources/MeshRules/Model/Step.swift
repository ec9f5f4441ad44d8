package import MeshWire

/// One turn of a decider: the time, where chance comes from, and where results go. Deciders have no clock, no randomness
/// and no I/O of their own; whoever calls them passes this along.
package struct Step: Sendable {
    /// The time of the whole turn.
    package let now: Instant
    /// Where chance comes from.
    package var random: any RandomNumberGenerator & Sendable
    /// What is to be done, in this order.
    package private(set) var outputs: [NodeOutput] = []

    /// A turn without results yet.
    package init(now: Instant, random: any RandomNumberGenerator & Sendable) {
        (self.now, self.random) = (now, random)
    }

    /// Send from WireGuard's port.
    package mutating func transmit(_ datagram: [UInt8], to endpoint: Endpoint) {
        outputs.append(.transmit(datagram, to: endpoint))
    }
    /// Change something outside.
    package mutating func effect(_ effect: Effect) { outputs.append(.effect(effect)) }
    /// Make durable, before what follows.
    package mutating func store(_ record: Record) { outputs.append(.effect(.store(record))) }
    /// Ask the control plane.
    package mutating func request(_ request: ControlRequest) { outputs.append(.effect(.control(request))) }
    /// End a command.
    package mutating func answer(_ answer: CommandAnswer) { outputs.append(.answer(answer)) }
    /// Tell people.
    package mutating func event(_ level: EventStatus.Level, _ subject: String, _ message: String) {
        outputs.append(.event(NodeEvent(level, subject, message)))
    }

    /// 64 bits of chance.
    package mutating func randomWord() -> UInt64 { random.next() }
    /// So many bytes of chance.
    package mutating func randomBytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count { bytes.append(bigEndian: random.next()) }
        return Array(bytes.prefix(count))
    }
    /// A secret's worth of chance.
    package mutating func random16() -> Bytes16 { Bytes16(randomBytes(16).span, at: 0) }
    /// A key's worth of chance.
    package mutating func random32() -> Bytes32 { Bytes32(randomBytes(32).span, at: 0) }
}
