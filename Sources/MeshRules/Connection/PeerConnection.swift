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
    static let historyLength = 240
    static let mostPaths = 32

    package let id: PeerID
    package internal(set) var member: Member
    package internal(set) var phase = PeerState.discovering
    package internal(set) var paths: [Path] = []
    /// Where WireGuard sends, once it has the peer.
    package internal(set) var current: Endpoint?
    package internal(set) var link: WireGuardLink
    package internal(set) var nat = PeerNAT()
    package internal(set) var ownPin: Bytes8?
    package internal(set) var peerPin: Bytes8?
    package internal(set) var isAway = false
    package internal(set) var attempts = 0
    package internal(set) var lastError: String?
    package internal(set) var latency: Duration?
    package internal(set) var history: [Double?] = []
    /// What the node does for the pair after each step.
    package internal(set) var requests: [PairRequest] = []

    /// Own receiver indexes of the pair: they feed the guard and HELLO's rows.
    package internal(set) var indexes = ReceiverIndexes()

    var session: CheckSession
    var pathSwitch = PathSwitch()
    var roaming = RoamingWatch()
    /// A SWITCH whose path we must prove before we acknowledge it.
    var owedAck: OwedAck?
    var suspiciousUntil = Instant()
    var nextAttempt: Instant?
    var nextDirectTry: Instant?
    var failedAt: Instant?
    var nextEcho: Instant?
    var wishAfter = Instant()
    var rekeyAfter = Instant()
    /// A released pin of ours that the other end has not acknowledged yet.
    var owesRelease = false
    /// The peer has said that it leaves; it is forgotten once its path is silent.
    package internal(set) var hasLeft = false
    /// The counter and the content of the candidates last taken.
    var candidatesCounter: UInt64?
    var candidates: [Candidate] = []
    package let presharedKey: Bytes32
    var rememberedPath: Endpoint?

    struct OwedAck: Sendable {
        let path: Endpoint
        let transaction: UInt64
        let until: Instant
    }

    package init(
        member: Member, session: CheckSession, isChooser: Bool, presharedKey: Bytes32, ownPin: Bytes8?,
        lastPath: Endpoint?
    ) {
        self.presharedKey = presharedKey
        (id, self.member, self.session, self.ownPin) = (member.id, member, session, ownPin)
        rememberedPath = lastPath
        link = WireGuardLink(isChooser: isChooser)
    }

    /// The relay that a person has chosen for the pair, and who did: the chooser's pin counts.
    package var pin: PinStatus? {
        let order: [(Bytes8?, PinStatus.By)] =
            link.isChooser ? [(ownPin, .me), (peerPin, .peer)] : [(peerPin, .peer), (ownPin, .me)]
        for (relay, by) in order { if let relay { return PinStatus(relayID: relay, by: by) } }
        return nil
    }

    package var isConnected: Bool { phase == .connected || phase == .degraded }

    package var currentPath: Path? { current.flatMap { end in paths.first { $0.remote == end } } }

    package var deadline: Instant? {
        var dues = paths.compactMap(\.deadline)
        for due in [pathSwitch.deadline, link.deadline, owedAck?.until, nextAttempt, nextDirectTry, nextEcho] {
            if let due { dues.append(due) }
        }
        return dues.min()
    }

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
            send(CheckMessage(.switchAck, flags: 1, transaction: owed.transaction), to: owed.path, context, &step)
        }
        attemptIfDue(context, &step)
        tryDirectIfDue(context, &step)
        echoIfDue(context, &step)
        sendDuePings(context, &step)
    }

    /// The requests since the last call.
    package mutating func takeRequests() -> [PairRequest] {
        defer { requests = [] }
        return requests
    }

    mutating func enter(_ newer: PeerState, _ context: PairContext, _ step: inout Step, _ words: String) {
        guard newer != phase else { return }
        phase = newer
        let level: EventStatus.Level =
            switch newer {
            case .connected: .notice
            case .degraded, .reconnecting: .warning
            case .failed: .error
            default: .info
            }
        step.event(level, context.name, words)
    }

    func status(party: PartyID, name: String) -> PeerStatus {
        var status = PeerStatus(id: id, partyID: party, name: name, virtualIP: member.address)
        (status.natType, status.state, status.pin) = (nat.type, isAway && phase != .connected ? .away : phase, pin)
        let path = currentPath
        if let path, phase != .failed {
            status.path = PathStatus(kind: path.kind, endpoint: path.remote, relayID: path.relay)
        }
        status.latencyMs = (latency ?? path?.roundTrip)?.milliseconds
        status.jitterMs = path?.jitter.milliseconds
        status.lossPct = path?.lossPct ?? 0
        (status.rxBytes, status.txBytes) = (link.rxBytes, link.txBytes)
        status.lastHandshakeAgeS = link.handshakeAge.map { $0.milliseconds / 1_000 }
        (status.reconnectAttempts, status.lastError, status.latencyHistory) = (attempts, lastError, history)
        return status
    }
}
