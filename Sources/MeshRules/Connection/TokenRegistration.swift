import MeshWire

/// One registration under one token: HELLO, CHALLENGE, OK (PROTOCOL.md §4).
struct TokenRegistration: Sendable {
    static let refresh: Duration = .seconds(15)
    static let firstRetry: Duration = .milliseconds(300)
    static let slowestRetry: Duration = .seconds(5)
    static let refusedRetry: Duration = .seconds(30)
    /// A relay hears four HELLOs a second of one client, no more.
    static let spacing: Duration = .milliseconds(250)

    private(set) var token: RelayToken
    /// Of the last OK; what the relay saw of us is a candidate, never a fact.
    private(set) var observed: Endpoint?
    /// HELLO to OK, smoothed.
    private(set) var roundTrip: Duration?
    /// Why there is no registration, for people.
    private(set) var problem: String?
    private(set) var isDraining = false
    private(set) var deadline: Instant?
    /// HELLOs since the last answer of any kind.
    private(set) var unanswered = 0
    /// It has given a cookie since the last OK: it is there, and our address has proven itself.
    private(set) var wasChallenged = false
    private var cookie = Bytes16()
    private var registeredUntil: Instant?
    /// The last requests, newest last: an answer to any of them counts.
    private var pending: [(request: UInt64, sentAt: Instant, rows: [Hello.Row])] = []
    /// Of the newest HELLO that was answered.
    private(set) var confirmed: [Hello.Row] = []
    private var sentAt: Instant?
    private var retry = Self.firstRetry
    private var rows: [Hello.Row] = []

    init(_ token: RelayToken) { self.token = token }

    func isRegistered(at now: Instant) -> Bool { registeredUntil.map { now < $0 } ?? false }

    /// It was taken in and nothing has gone wrong since.
    var stands: Bool { observed != nil && problem == nil }

    /// The token was renewed: HELLO carries it from the next one on, at once when there is no registration.
    mutating func renew(_ newer: RelayToken, _ way: inout RelayWay, _ step: inout Step) {
        guard newer != token else { return }
        token = newer
        if deadline != nil && !isRegistered(at: step.now) { announce(rows, &way, &step) }
    }

    mutating func announce(_ rows: [Hello.Row], _ way: inout RelayWay, _ step: inout Step) {
        self.rows = rows
        retry = Self.firstRetry
        if let sentAt, step.now - sentAt < Self.spacing {
            deadline = min(deadline ?? sentAt + Self.spacing, sentAt + Self.spacing)
        } else {
            sendHello(&way, &step)
        }
    }

    mutating func refreshRows(_ rows: [Hello.Row]) { self.rows = rows }

    func asked(_ request: UInt64) -> Bool { pending.contains { $0.request == request } }

    mutating func challenged(_ challenge: Challenge, _ way: inout RelayWay, _ step: inout Step) {
        guard challenge.cookie != cookie else { return }
        (cookie, unanswered, wasChallenged) = (challenge.cookie, 0, true)
        sendHello(&way, &step)
    }

    /// An OK with a good MAC that answers one of our requests.
    mutating func answered(_ answer: HelloOK, at now: Instant) -> RelayChange {
        guard let asked = pending.first(where: { $0.request == answer.request }) else { return .nothing }
        let isLast = pending.last?.request == answer.request
        pending.removeAll { $0.request == answer.request || $0.sentAt < asked.sentAt }
        confirmed = asked.rows
        (unanswered, wasChallenged, isDraining) = (0, false, answer.flags.contains(.draining))
        guard answer.lifetime > 0 else {
            // A relay that has just started may not know yet whom to trust: the first refusal is soon asked about again.
            let pause = problem == nil ? Self.slowestRetry : Self.refusedRetry
            problem = Self.words(for: answer.flags)
            (registeredUntil, deadline) = (nil, now + pause)
            return .refused
        }
        let isNew = !isRegistered(at: now)
        let moved = answer.observed != observed ? answer.observed : nil
        let sample = now - asked.sentAt
        roundTrip = roundTrip.map { ($0 * 7 + sample) / 8 } ?? sample
        (observed, problem, retry) = (answer.observed, nil, Self.firstRetry)
        if answer.nextCookie != Bytes16() { cookie = answer.nextCookie }
        registeredUntil = now + .seconds(Int64(answer.lifetime))
        if isLast {
            // Indexes that changed while the answer was on its way are told as soon as the relay listens again.
            deadline =
                asked.rows == rows
                ? now + min(Self.refresh, .seconds(Int64(answer.lifetime)) / 3) : asked.sentAt + Self.spacing
        }
        return .registered(isNew: isNew, movedTo: moved, conflicts: answer.conflicts)
    }

    /// Sends HELLO again when it is due.
    /// - Returns: True when the registration was lost just now.
    mutating func handleTimeout(_ way: inout RelayWay, _ step: inout Step) -> Bool {
        let isLost = registeredUntil.map { $0 <= step.now } ?? false
        if isLost { registeredUntil = nil }
        guard let due = deadline, due <= step.now else { return isLost }
        if let last = pending.last, step.now - last.sentAt >= retry {
            retry = min(retry * 2, Self.slowestRetry)
            if retry == Self.slowestRetry { problem = "no answer" }
        }
        sendHello(&way, &step)
        return isLost
    }

    /// Begins anew at another endpoint of the relay: cookies belong to an address.
    /// - Parameter isAgain: All endpoints were tried by now: there is no hurry any more.
    mutating func restart(isAgain: Bool, _ way: inout RelayWay, _ step: inout Step) {
        let before = self
        self = TokenRegistration(before.token)
        (rows, problem, retry) = (before.rows, before.problem, isAgain ? Self.slowestRetry : Self.firstRetry)
        sendHello(&way, &step)
    }

    /// Counters went up: the next unanswered HELLOs are counted anew.
    mutating func leapt() { (unanswered, wasChallenged) = (0, false) }

    private mutating func sendHello(_ way: inout RelayWay, _ step: inout Step) {
        let request = step.randomWord()
        pending = (pending + [(request, step.now, rows)]).suffix(4)
        (sentAt, unanswered) = (step.now, unanswered + 1)
        let hello = Hello(
            flags: 0, request: request, counter: way.counter.next(), cookie: cookie, token: token, rows: rows)
        step.transmit(hello.encode(key: way.helloKey), to: way.endpoint)
        deadline = step.now + retry
    }

    private static func words(for flags: HelloOK.Flags) -> String {
        if flags.contains(.expired) { return "its token has expired" }
        if flags.contains(.issuer) { return "it does not trust the token's issuer" }
        if flags.contains(.full) { return "it is full" }
        return "it takes no new members"
    }
}
