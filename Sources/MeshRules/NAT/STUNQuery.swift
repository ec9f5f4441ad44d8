import MeshWire

/// One binding transaction with the retransmission of RFC 8489 §6.2.1: an RTO of 500 ms that doubles, seven requests,
/// and 16 RTO of patience after the last.
struct STUNQuery: Sendable {
    static let initialRTO: Duration = .milliseconds(500)
    static let requests = 7
    static let lastWait = 16

    let server: STUNServer
    let transaction: TransactionID
    private(set) var deadline: Instant?
    private var sent = 1
    private var rto = Self.initialRTO

    /// Sends the first request.
    init(server: STUNServer, _ step: inout Step) {
        self.server = server
        transaction = TransactionID(
            UInt32(truncatingIfNeeded: step.randomWord()), UInt32(truncatingIfNeeded: step.randomWord()),
            UInt32(truncatingIfNeeded: step.randomWord()))
        deadline = step.now + rto
        transmit(&step)
    }

    /// Sends the next request when it is due.
    /// - Returns: False when the server has been given up.
    mutating func retransmit(_ step: inout Step) -> Bool {
        guard let due = deadline, due <= step.now else { return true }
        guard sent < Self.requests else { return false }
        sent += 1
        rto = rto * 2
        deadline = step.now + (sent == Self.requests ? Self.initialRTO * Self.lastWait : rto)
        transmit(&step)
        return true
    }

    private func transmit(_ step: inout Step) {
        step.transmit(STUNMessage.bindingRequest(transaction: transaction), to: server.endpoint)
    }
}
