import DequeModule
package import MeshWire

/// The deciders of one machine, composed. It has no I/O, no clock and no randomness of its own: whoever owns it feeds it
/// inputs and time, and carries out its outputs in order. Two of these meet in a fake world before they meet in namespaces.
package struct Node: Sendable {
    let configuration: NodeConfiguration
    let wireGuardPrivate: Bytes32
    let wireGuard: PublicKey
    let stored: StoredNode
    var session = Session.idle
    var membership: Membership? { didSet { (surroundings, areNamesStale) = (nil, true) } }
    var nat = NATTraversal() { didSet { (surroundings, isDeadlineStale) = (nil, true) } }
    /// Sorted by relay ID.
    var relays: [RelayClient] = [] { didSet { (surroundings, isDeadlineStale) = (nil, true) } }
    var peers = PeerTable()
    var ended = EndedPairs()
    /// Cards whose key or address belongs to a member who is connected.
    var waiting = SortedTable<PeerID, PeerInfo>()
    var network: LocalNetwork? { didSet { surroundings = nil } }
    /// What all pairs are given, as long as nothing of it changes.
    var surroundings: PairContext? { didSet { if surroundings == nil { publication.isStale = true } } }
    /// The pairs' names are what people saw before members changed.
    var areNamesStale = false
    var directory = RelayDirectory()
    /// The upper half of every sequence and counter; above the stored one when that is known to have been set back.
    var incarnation: UInt32
    var helloCounters: HelloCounters
    /// Those that a person configured.
    var stunServers: [STUNServer] = []
    /// What a person pinned, and where peers were last reached directly; both outlive the pair.
    var pins: [PeerID: Bytes8]
    var lastPaths: [PeerID: Endpoint]
    var publication = Publication() { didSet { isDeadlineStale = true } }
    var overlap = NetworkOverlap()
    var clones = CloneWatch()
    var control = ControlState() { didSet { isDeadlineStale = true } }
    var owed = OwedChanges() { didSet { isDeadlineStale = true } }
    /// Event lines about the addresses of this machine.
    var addressEvents = TokenBucket(burst: 3, every: .seconds(60))
    /// Until then no peer that WireGuard has without need is removed once more.
    var nextRemoval = Instant()
    var isWatched = false { didSet { if isWatched != oldValue { surroundings = nil } } }
    /// Datagrams that were dropped because they made no sense or came from strangers.
    package internal(set) var dropped = 0
    private var random: any RandomNumberGenerator & Sendable
    private var outputs: Deque<NodeOutput> = []

    /// What the node is doing about its membership.
    enum Session: Sendable {
        case idle
        case hosting(HostFlow)
        case joining(JoinFlow)
        case returning
        case member
        case leaving
        /// Another machine runs with this identity; this one has stopped, and only `leave` goes on.
        case yielded(why: String)
    }

    /// How the node stands with its control plane.
    struct ControlState: Sendable {
        var isReachable = false
        var nextHeartbeat: Instant?
        /// When to go through begin and join again.
        var nextReturn: Instant?
        var pace = RetryPace()
        /// What a person was last told of why there is none, so that each try does not repeat it.
        var problem: String?
        var relaysAskedAt: Instant?
        var rosters = RosterWatch()
        /// Nil before the control plane has told of the members.
        var isHostListed: Bool?
        /// Where the control plane in this process listens; nil while none does.
        var servedPort: UInt16?
        /// Returns in a row that were refused because of this machine's address.
        var addressRefusals = 0
        /// After so many the address that the server names is taken although pairs are connected; after one where none is.
        /// Fewer let a server's whim move a machine, more keep one out for longer whose address its server gave away.
        static let patienceWithAddress = 3
        /// How far sequences jump when the control plane knows a higher card of ours.
        var leap: UInt32 = 16
        static let farthestLeap: UInt32 = 65_536
    }

    /// - Parameter wireGuardKey: WireGuard's private key, which also keys the checks.
    /// - Throws: `Refusal.key` when the key is none.
    package init(
        stored: StoredNode, wireGuardKey: Bytes32, configuration: NodeConfiguration,
        random: any RandomNumberGenerator & Sendable, now: Instant
    ) throws(Refusal) {
        (self.stored, self.configuration, self.random) = (stored, configuration, random)
        incarnation = stored.incarnation
        helloCounters = HelloCounters(incarnation: stored.incarnation)
        (pins, lastPaths) = (stored.pins, stored.lastPaths)
        wireGuardPrivate = wireGuardKey
        wireGuard = try KeyAgreement.publicKey(of: wireGuardKey)
    }

    /// Something happened.
    package mutating func handle(_ input: NodeInput, now: Instant) {
        take(now) { node, step in node.dispatch(input, &step) }
    }

    /// `nextDeadline` has come.
    package mutating func handleTimeout(now: Instant) {
        take(now) { node, step in node.timeOut(&step) }
    }

    /// What is to be done next; nil when everything was said.
    package mutating func nextOutput() -> NodeOutput? { outputs.popFirst() }

    /// When `handleTimeout` is due, nil when nothing is awaited. It is worked out at the end of an input that may have
    /// moved it: strangers' datagrams don't.
    package private(set) var nextDeadline: Instant?
    private var isDeadlineStale = true

    private mutating func settleDeadline() {
        isDeadlineStale = isDeadlineStale || !peers.changed.isEmpty
        guard isDeadlineStale else { return }
        peers.settle()
        var due = Instant.earlier(nat.deadline, publication.due)
        due = .earlier(due, .earlier(owed.due, .earlier(control.nextHeartbeat, control.nextReturn)))
        for relay in relays { due = .earlier(due, relay.deadline) }
        (nextDeadline, isDeadlineStale) = (.earlier(due, peers.deadline), false)
    }

    /// The invite to the party as it was made, for the host alone.
    package var invite: String? { membership?.stored.invite }

    /// The invite with today's addresses, for the host alone.
    /// - Parameter serving: where the control plane in this process is reached now.
    package func invite(serving: [ControlAddress]) -> String? { membership?.invite(serving: serving) }

    /// Where the invite said that this machine is, for a host that serves its party itself; nil for everybody else.
    package var invited: [ControlAddress]? { membership.flatMap { $0.servesItself ? $0.invited : nil } }

    private mutating func take(_ now: Instant, _ body: (inout Node, inout Step) -> Void) {
        var step = Step(now: now, random: random)
        body(&self, &step)
        carryOutRequests(&step)
        noticeReach(&step)
        settleDeadline()
        outputs.append(contentsOf: step.outputs)
        random = step.random
    }

    private mutating func dispatch(_ input: NodeInput, _ step: inout Step) {
        switch input {
        case .datagram(let bytes, let source, let local): datagramReceived(bytes, from: source, at: local, &step)
        case .command(let command): perform(command, &step)
        case .control(let request, let reply): controlReplied(request, reply, &step)
        case .event(let event): eventReceived(event, &step)
        case .controlReachable(let reachable): controlReachable(reachable, &step)
        case .eventsMissed: eventsMissed(&step)
        case .eventsTaken: eventsTaken(&step)
        case .wireGuard(let samples): sampled(samples, &step)
        case .handshake(let handshake): handshakeSent(handshake, &step)
        case .wireGuardRestarted:
            for index in peers.indices { peers.update(at: index) { $0.wireGuardRestarted(&step) } }
        case .network(let newer): networkChanged(newer, &step)
        case .echo(let peer, let roundTrip): withPeer(peer, &step) { $0.echoed(roundTrip, $1, &$2) }
        case .controlServed(let port): controlServed(on: port, &step)
        case .servers(let stun, let byHand): serversConfigured(stun: stun, relays: byHand, &step)
        case .failed(let effects, let why): effectsFailed(effects, why, &step)
        case .watched(let watched): isWatched = watched
        }
    }

    private mutating func timeOut(_ step: inout Step) {
        if let due = nat.deadline, due <= step.now { _ = nat.handleTimeout(&step) }
        relaysTimedOut(&step)
        publishIfDue(&step)
        for index in peers.indices where peers.isDue(index, at: step.now) {
            withPeer(at: index, &step) { $0.handleTimeout($1, &$2) }
        }
        controlTimedOut(&step)
        tryOwedChanges(&step)
    }
}
