package import MeshWire

/// One turn of a decider: the time, where chance comes from, and where results go. Deciders have no clock, no randomness
/// and no I/O of their own; whoever calls them passes this along.
package struct Step: Sendable {
    package let now: Instant
    package var random: any RandomNumberGenerator & Sendable
    package private(set) var outputs: [NodeOutput] = []

    package init(now: Instant, random: any RandomNumberGenerator & Sendable) {
        (self.now, self.random) = (now, random)
    }

    package mutating func transmit(_ datagram: [UInt8], to endpoint: Endpoint) {
        outputs.append(.transmit(datagram, to: endpoint))
    }
    package mutating func effect(_ effect: Effect) { outputs.append(.effect(effect)) }
    package mutating func store(_ record: Record) { outputs.append(.effect(.store(record))) }
    package mutating func request(_ request: ControlRequest) { outputs.append(.effect(.control(request))) }
    package mutating func answer(_ answer: CommandAnswer) { outputs.append(.answer(answer)) }
    package mutating func event(_ level: EventStatus.Level, _ subject: String, _ message: String) {
        outputs.append(.event(NodeEvent(level, subject, message)))
    }

    package mutating func randomWord() -> UInt64 { random.next() }
    package mutating func randomBytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count { bytes.append(bigEndian: random.next()) }
        return Array(bytes.prefix(count))
    }
    package mutating func random16() -> Bytes16 { Bytes16(randomBytes(16).span, at: 0) }
    package mutating func random32() -> Bytes32 { Bytes32(randomBytes(32).span, at: 0) }
}
