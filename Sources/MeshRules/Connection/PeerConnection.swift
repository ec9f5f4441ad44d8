package import MeshWire

/// One pair of machines: which paths lead to the peer, which is in use, and how WireGuard gets there (DESIGN.md §5).
/// discovering → checking → connected(direct | relay) ⇄ degraded → reconnecting(n of 3) → failed; failed is not final.
package struct PeerConnection: Sendable {
    static let warmPace: Duration = .seconds(15)
    static let activePace: Duration = .milliseconds(500)
    static let suspiciousPace: Duration = .milliseconds(250)
    static let suspicion: Duration = .seconds(3)
    static let burstPace: Duration = .milliseconds(100)
    static let slowBurstPace: Duration = .milliseconds(500)
    /// After WireGuard got the peer: how long small differences count, because the first path was the first to answer.
    static let choosing: Duration = .seconds(10)
    static let historyLength = 240
    static let mostPaths = 32

    /// Who the peer is.
    package let id: PeerID
    /// Its card, verified.
    package internal(set) var member: Member
    /// As people see it.
    package internal(set) var name = ""
    /// Where the pair stands (DESIGN.md §5).
    package internal(set) var phase = PeerState.discovering
    /// All ways that are known, sorted by endpoint.
    package internal(set) var paths: [Path] = []
    /// Where WireGuard sends, once it has the peer.
    package internal(set) var current: Endpoint?
    /// How WireGuard stands towards the peer.
    package internal(set) var link: WireGuardLink
    /// What the peer says of its NAT.
    package internal(set) var nat = PeerNAT()
    /// The relay that a person here has chosen.
    package internal(set) var ownPin: Bytes8?
    /// The one that a person at the other end has chosen.
    package internal(set) var peerPin: Bytes8?
    /// The control plane has not heard of it for five minutes.
    package internal(set) var isAway = false
    /// Tries to reconnect since a path was lost.
    package internal(set) var attempts = 0
    /// Why the pair is not connected.
    package internal(set) var lastError: String?
    /// Round trip through the tunnel, of the last echo.
    package internal(set) var latency: Duration?
    /// Round trips through the tunnel in milliseconds, oldest first; nil for an echo without an answer.
    package internal(set) var history: [Double?] = []
    /// What the node does for the pair after each step.
    package internal(set) var requests: [PairRequest] = []

    /// Own receiver indexes of the pair: they feed the guard and HELLO's rows.
    package internal(set) var indexes = ReceiverIndexes()
    var handshakes = HandshakeClock()

    var session: CheckSession
    var pathSwitch = PathSwitch()
    var roaming = RoamingWatch()
    /// A SWITCH whose path we must prove before we acknowledge it.
    var owedAck: OwedAck?
    var suspiciousUntil = Instant()
    var nextAttempt: Instant?
    var nextDirectTry: Instant?
    var nextPinTry: Instant?
    var failedAt: Instant?
    var nextEcho: Instant?
    /// The last echo was above the threshold.
    var isSlow = false
    var wishAfter = Instant()
    /// What the peer may make us do; handed over by the node from pair to pair.
    var budget: PeerBudget
    var choosingUntil = Instant()
    /// When an authentic check of the peer last came.
    var lastHeard: Instant?
    var rekeyAfter = Instant()
    /// nftables has refused the pair's last guard: a silent path is left without one.
    var guardsRefused = false
    /// A released pin of ours that the other end has not acknowledged yet.
    var owesRelease = false
    /// The peer has said that it leaves; it is forgotten once its path is silent.
    package internal(set) var hasLeft = false
    /// The counter and the content of the candidates last taken.
    var candidatesCounter: UInt64?
    var candidates: [Candidate] = []
    /// The newest list, until it is acted on.
    var waitingList: CandidateList?
    /// The peer has asked for our list and not got it yet.
    var owesCandidates = false
    /// WireGuard's key of the pair (PROTOCOL.md §1).
    package let presharedKey: Bytes32
    var rememberedPath: Endpoint?

    struct OwedAck: Sendable {
        let path: Endpoint
        /// Where the question came from: an answer goes back the same way.
        let answerTo: Endpoint
        let transaction: UInt64
        let until: Instant
    }

    /// A pair that knows no path yet.
    package init(
        member: Member, session: CheckSession, isChooser: Bool, presharedKey: Bytes32, ownPin: Bytes8?,
        lastPath: Endpoint?, budget: PeerBudget
    ) {
        (self.presharedKey, self.budget) = (presharedKey, budget)
        (id, self.member, self.session, self.ownPin) = (member.id, member, session, ownPin)
        rememberedPath = lastPath
        link = WireGuardLink(isChooser: isChooser)
    }

    /// The relay that a person has chosen for the pair, and who did: the chooser's pin counts.
    package var pin: PinStatus? {
        switch (ownPin, peerPin) {
        case (let own?, let other) where link.isChooser || other == nil:
            PinStatus(relayID: own, by: .me, overruled: other)
        case (let own, let other?): PinStatus(relayID: other, by: .peer, overruled: own)
        default: nil
        }
    }

    /// Connected, be it slowly.
    package var isConnected: Bool { phase == .connected || phase == .degraded }

    /// The path that WireGuard uses; nil before there is one.
    package var currentPath: Path? { current.flatMap { end in paths.first { $0.remote == end } } }

    /// When `handleTimeout` is due.
    package var deadline: Instant? {
        var due = Instant.earlier(pathSwitch.deadline, link.deadline)
        due = .earlier(due, .earlier(owedAck?.until, nextAttempt))
        due = .earlier(due, .earlier(nextDirectTry, .earlier(nextPinTry, nextEcho)))
        due = .earlier(due, .earlier(candidatesDeadline, owesRecord ? budget.records.nextToken : nil))
        for path in paths { due = .earlier(due, path.deadline) }
        return due
    }

    /// Time has passed: pings, misses, switches, attempts, echoes that are due.
    package mutating func handleTimeout(_ context: PairContext, _ step: inout Step) {
        countMisses(context, &step)
        takeTurn(link.turn(at: step.now), context, &step)
        switch pathSwitch.handleTimeout(at: step.now) {
        case .nothing: break
        case .ask(let transaction): askSwitch(transaction, context, &step)
        case .gaveUp(let path): avoid(path, &step)
        }
        if let owed = owedAck, owed.until <= step.now {
            owedAck = nil
            answer(CheckMessage(.switchAck, flags: 1, transaction: owed.transaction), to: owed.answerTo, context, &step)
        }
        actOnCandidatesIfDue(context, &step)
        recordPathIfDue(&step)
        attemptIfDue(context, &step)
        tryDirectIfDue(context, &step)
        tryPinIfDue(context, &step)
        echoIfDue(context, &step)
        sendDuePings(context, &step)
    }

    /// The requests since the last call.
    package mutating func takeRequests() -> [PairRequest] {
        defer { requests = [] }
        return requests
    }

    mutating func enter(_ newer: PeerState, _ step: inout Step, _ words: String) {
        guard newer != phase else { return }
        phase = newer
        let level: EventStatus.Level =
            switch newer {
            case .connected: .notice
            // A path that falls silent after a farewell is what was to be expected.
            case .degraded where hasLeft, .reconnecting where hasLeft, .failed where hasLeft: .info
            case .degraded, .reconnecting: .warning
            case .failed: .error
            default: .info
            }
        step.event(level, name, words)
    }

    func status(party: PartyID, name: String, at now: Instant) -> PeerStatus {
        var status = PeerStatus(id: id, partyID: party, name: name, virtualIP: member.address)
        (status.natType, status.state, status.pin) = (nat.type, isAway && !isConnected ? .away : phase, pin)
        let path = currentPath
        if let path, phase != .failed {
            status.path = PathStatus(kind: path.kind, endpoint: path.remote, relayID: path.relay)
        }
        status.latencyMs = (latency ?? path?.roundTrip)?.milliseconds
        status.jitterMs = path?.jitter.milliseconds
        status.lossPct = path?.lossPct ?? 0
        (status.rxBytes, status.txBytes) = (link.rxBytes, link.txBytes)
        status.lastHandshakeAgeS = link.handshakeAge.map { $0.milliseconds / 1_000 }
        (status.reconnectAttempts, status.lastError, status.latencyHistory) = (attempts, problem(at: now), history)
        return status
    }

    /// Why the pair is not connected; of a peer that does not answer, when it was last heard.
    private func problem(at now: Instant) -> String? {
        guard isAway || phase == .failed, !isConnected else { return lastError }
        let minutes = lastHeard.map { (now - $0).components.seconds / 60 }
        let heard =
            switch minutes {
            case nil: "not heard since this node has started"
            case 0?: "last heard less than a minute ago"
            case let some? where some < 120: "last heard \(some) min ago"
            case let some?: "last heard \(some / 60) h ago"
            }
        return "\(lastError ?? "no path was found"), \(heard)"
    }
}
