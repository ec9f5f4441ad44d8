package import MeshWire

/// One registration with one relay: HELLO, CHALLENGE, OK (PROTOCOL.md §4). Registrations are kept with every relay that
/// the node is told of, so that a relayed path is proven before it is needed.
package struct RelayClient: Sendable {
    static let refresh: Duration = .seconds(15)
    static let firstRetry: Duration = .milliseconds(300)
    static let slowestRetry: Duration = .seconds(5)
    static let refusedRetry: Duration = .seconds(30)
    /// A relay hears four HELLOs a second of one client, no more.
    static let spacing: Duration = .milliseconds(250)

    package let info: RelayInfo
    package let endpoint: Endpoint
    /// Of the last OK; what the relay saw of us is a candidate, never a fact.
    package private(set) var observed: Endpoint?
    /// HELLO to OK, smoothed.
    package private(set) var roundTrip: Duration?
    /// Why there is no registration, for people.
    package private(set) var problem: String?
    package private(set) var deadline: Instant?
    private var token: RelayToken
    private let helloKey: Bytes32
    private let okKey: Bytes32
    private var cookie = Bytes16()
    private var counter: Sequence64
    private var registeredUntil: Instant?
    /// The last requests, newest last: an answer to any of them counts.
    private var pending: [(request: UInt64, sentAt: Instant, rows: [Hello.Row])] = []
    /// Of the newest HELLO that was answered.
    private var confirmed: [Hello.Row] = []
    private var sentAt: Instant?
    private var retry = Self.firstRetry
    private var rows: [Hello.Row] = []

    /// What an answer of the relay changed.
    package enum Change: Equatable, Sendable {
        case nothing
        /// `isNew`: not a mere refresh. `conflicts`: own indexes that another client of the relay holds.
        case registered(isNew: Bool, movedTo: Endpoint?, conflicts: [ReceiverIndex])
        case refused
    }

    /// - Throws: `Refusal.key` when the relay's key agrees on nothing.
    package init(info: RelayInfo, endpoint: Endpoint, token: RelayToken, membership: Membership, counter: Sequence64)
        throws(Refusal)
    {
        let shared = try KeyAgreement.shared(privateKey: membership.wireGuardPrivate, publicKey: info.key)
        helloKey = RelayKeys.hello(shared: shared, relay: info.key, wg: membership.wireGuard)
        okKey = RelayKeys.ok(shared: shared, relay: info.key, wg: membership.wireGuard)
        (self.info, self.endpoint, self.token) = (info, endpoint, token)
        self.counter = counter
    }

    /// Whether the relay has said that it knows these indexes of ours: packets for others it throws away.
    func holds(_ indexes: [ReceiverIndex]) -> Bool {
        indexes.allSatisfy { index in confirmed.contains { $0.index == index } }
    }

    package func isRegistered(at now: Instant) -> Bool { registeredUntil.map { now < $0 } ?? false }

    /// The token was renewed: HELLO carries it from the next one on, at once when there is no registration.
    package mutating func renew(_ newer: RelayToken, _ step: inout Step) {
        guard newer != token else { return }
        token = newer
        if deadline != nil && !isRegistered(at: step.now) { announce(rows, &step) }
    }

    /// The highest counter that the relay may have seen.
    package var lastCounter: UInt64 { counter.value }

    /// Sends HELLO at once: at the start, after a handshake or a new mapping, before a switch, when a check is missing.
    package mutating func announce(_ rows: [Hello.Row], _ step: inout Step) {
        self.rows = Array(rows.prefix(Hello.maximumRows))
        retry = Self.firstRetry
        if let sentAt, step.now - sentAt < Self.spacing {
            deadline = min(deadline ?? sentAt + Self.spacing, sentAt + Self.spacing)
        } else {
            sendHello(&step)
        }
    }

    /// What the next HELLO will list.
    package mutating func refreshRows(_ rows: [Hello.Row]) { self.rows = Array(rows.prefix(Hello.maximumRows)) }

    /// A relay datagram from this relay's endpoint.
    package mutating func received(_ datagram: Span<UInt8>, _ step: inout Step) -> Change {
        if let challenge = try? Challenge.decode(datagram) {
            guard pending.contains(where: { $0.request == challenge.request }), challenge.cookie != cookie else {
                return .nothing
            }
            cookie = challenge.cookie
            sendHello(&step)
            return .nothing
        }
        guard let answer = try? HelloOK.decode(datagram),
            let asked = pending.first(where: { $0.request == answer.request }),
            (try? HelloOK.verifyMAC(datagram, key: okKey)) != nil
        else { return .nothing }
        let isLast = pending.last?.request == answer.request
        pending.removeAll { $0.request == answer.request || $0.sentAt < asked.sentAt }
        confirmed = asked.rows
        guard answer.lifetime > 0 else {
            problem = Self.words(for: answer.flags)
            (registeredUntil, deadline) = (nil, step.now + Self.refusedRetry)
            return .refused
        }
        let isNew = !isRegistered(at: step.now)
        let moved = answer.observed != observed ? answer.observed : nil
        let sample = step.now - asked.sentAt
        roundTrip = roundTrip.map { ($0 * 7 + sample) / 8 } ?? sample
        (observed, problem, retry) = (answer.observed, nil, Self.firstRetry)
        if answer.nextCookie != Bytes16() { cookie = answer.nextCookie }
        registeredUntil = step.now + .seconds(Int64(answer.lifetime))
        if isLast {
            // Indexes that changed while the answer was on its way are told as soon as the relay listens again.
            deadline =
                asked.rows == rows
                ? step.now + min(Self.refresh, .seconds(Int64(answer.lifetime)) / 3) : asked.sentAt + Self.spacing
        }
        return .registered(isNew: isNew, movedTo: moved, conflicts: answer.conflicts)
    }

    /// Sends HELLO again when it is due.
    /// - Returns: True when the registration was lost just now.
    package mutating func handleTimeout(_ step: inout Step) -> Bool {
        guard let due = deadline, due <= step.now else { return false }
        var lost = false
        if let last = pending.last, step.now - last.sentAt >= retry {
            retry = min(retry * 2, Self.slowestRetry)
            if retry == Self.slowestRetry { problem = "no answer" }
        }
        if let until = registeredUntil, until <= step.now {
            registeredUntil = nil
            lost = true
        }
        sendHello(&step)
        return lost
    }

    private mutating func sendHello(_ step: inout Step) {
        let request = step.randomWord()
        pending = (pending + [(request, step.now, rows)]).suffix(4)
        sentAt = step.now
        let hello = Hello(
            flags: 0, request: request, counter: counter.next(), cookie: cookie, token: token, rows: rows)
        step.transmit(hello.encode(key: helloKey), to: endpoint)
        deadline = step.now + retry
    }

    private static func words(for flags: HelloOK.Flags) -> String {
        if flags.contains(.expired) { return "its token has expired" }
        if flags.contains(.issuer) { return "it does not trust the token's issuer" }
        if flags.contains(.full) { return "it is full" }
        return "it takes no new members"
    }
}
