package import MeshWire

/// How WireGuard stands towards one peer, and whose turn it is. Only the chooser (the lower key) begins handshakes: two
/// that cross settle on different sessions (DESIGN.md §3).
package struct WireGuardLink: Sendable {
    /// How long the chooser waits for the other end's flag, and between two beginnings.
    static let patience: Duration = .seconds(2)
    /// Above this many bytes a second a pair counts as active: more than keepalives, echoes and handshakes make.
    static let activeBytesPerSecond: Double = 800

    /// This end has the lower WireGuard key.
    package let isChooser: Bool
    /// WireGuard has the peer.
    package private(set) var isAdded = false
    /// WireGuard had a handshake with the peer since it was added.
    package private(set) var hasHandshake = false
    /// Where WireGuard sends now, as far as we know.
    package private(set) var endpoint: Endpoint?
    /// Since the last completed handshake, when last asked.
    package private(set) var handshakeAge: Duration?
    /// Received, counted since the peer was added.
    package private(set) var rxBytes: UInt64 = 0
    /// Sent, counted since the peer was added.
    package private(set) var txBytes: UInt64 = 0
    /// More flows than keepalives and measuring make.
    package private(set) var isActive = false
    private var firstPong: Instant?
    private var beganAt = Instant()
    private var peerHasUs = false
    private var sampledAt: Instant?
    private var initiationAt: Instant?
    private var responseAt: Instant?
    /// How often in a row WireGuard did not take the peer, and when it is offered again.
    private var refusals = 0
    private var offeredAfter = Instant()

    /// WireGuard does not have the peer.
    package init(isChooser: Bool) { self.isChooser = isChooser }

    /// For our pings and pongs (PROTOCOL.md §5).
    package var flags: UInt8 { (isAdded ? 1 : 0) | (isAdded && !hasHandshake ? 2 : 0) }

    /// What to do with WireGuard's peer.
    package enum Turn: Equatable, Sendable { case nothing, add, addAgain }

    /// A pong proved a path.
    package mutating func pathProven(at now: Instant) -> Turn {
        if firstPong == nil { firstPong = now }
        return turn(at: now)
    }

    /// Flags of a ping or pong of the peer.
    package mutating func heard(flags: UInt8, at now: Instant) -> Turn {
        peerHasUs = flags & 1 != 0
        guard isChooser, isAdded, flags & 2 != 0, now - beganAt > Self.patience else { return turn(at: now) }
        return .addAgain
    }

    /// What the state asks for at this moment.
    package func turn(at now: Instant) -> Turn {
        guard !isAdded, let firstPong, now >= offeredAfter else { return .nothing }
        guard isChooser else { return .add }
        return peerHasUs || now - firstPong >= Self.patience ? .add : .nothing
    }

    /// No path was left when the peer was to be added: the next pong begins anew.
    package mutating func postponed() { firstPong = nil }

    /// When the chooser's patience ends.
    package var deadline: Instant? {
        guard !isAdded, let firstPong else { return nil }
        let due = isChooser && !peerHasUs ? firstPong + Self.patience : firstPong
        return max(due, offeredAfter)
    }

    /// WireGuard has got the peer (again).
    package mutating func added(endpoint: Endpoint, at now: Instant) {
        (isAdded, hasHandshake, self.endpoint, beganAt) = (true, false, endpoint, now)
        (rxBytes, txBytes, sampledAt, handshakeAge) = (0, 0, nil, nil)
    }

    /// WireGuard has lost the peer.
    package mutating func removed() {
        self = WireGuardLink(isChooser: isChooser)
    }

    /// WireGuard did not take the peer, or has it no longer: it is offered again after 1, 2, 4 … 32 s.
    package mutating func refused(at now: Instant) {
        let (asked, refusals) = (firstPong, refusals + 1)
        self = WireGuardLink(isChooser: isChooser)
        (firstPong, self.refusals) = (asked ?? now, refusals)
        offeredAfter = now + .seconds(1 << min(refusals - 1, 5))
    }

    /// An endpoint could not be set: where WireGuard sends is not known before it is asked.
    package mutating func endpointRefused() { endpoint = nil }

    /// The endpoint was set by us.
    package mutating func endpointSet(_ endpoint: Endpoint) { self.endpoint = endpoint }

    /// A handshake of ours left. A response means that the peer's initiation was authentic.
    /// - Returns: True when ours crossed with the peer's: the other end then points at nothing until the chooser's retry.
    package mutating func sent(_ kind: HandshakeSent.Kind, at now: Instant) -> Bool {
        switch kind {
        case .initiation: if endpoint != WireGuardPeer.dead { initiationAt = now }
        case .response:
            responseAt = now
            if !isChooser { hasHandshake = true }
        }
        guard !isChooser, let initiationAt, let responseAt, !isActive, !hasLastingKeys else { return false }
        let apart = initiationAt > responseAt ? initiationAt - responseAt : responseAt - initiationAt
        guard apart <= .seconds(1) else { return false }
        (self.initiationAt, self.responseAt) = (nil, nil)
        return true
    }

    /// WireGuard renews keys after two minutes and uses them for three. Until then data flows though handshakes cross,
    /// and a dead endpoint would lose it.
    private var hasLastingKeys: Bool { handshakeAge.map { $0 < .seconds(150) } ?? false }

    /// - Returns: True when roaming has moved the endpoint since we last knew it.
    package mutating func sampled(_ sample: WireGuardSample, at now: Instant) -> Bool {
        guard isAdded else { return false }
        refusals = 0
        let moved = sample.rxBytes &- rxBytes &+ sample.txBytes &- txBytes
        if let sampledAt, now > sampledAt {
            let seconds = Double((now - sampledAt).nanoseconds) / 1e9
            // Two samples close together say little; the next one says more.
            if seconds >= 0.2 { isActive = Double(moved) / seconds > Self.activeBytesPerSecond }
        }
        if sampledAt.map({ now - $0 >= .milliseconds(200) }) ?? true {
            (rxBytes, txBytes, sampledAt) = (sample.rxBytes, sample.txBytes, now)
        }
        // A sample taken before the peer was added again tells of a session that is gone.
        if let age = sample.handshakeAge, age <= now - beganAt + .milliseconds(50) {
            (handshakeAge, hasHandshake) = (age, true)
        }
        let roamed = sample.endpoint != nil && sample.endpoint != endpoint
        if let newer = sample.endpoint { endpoint = newer }
        return roamed
    }
}
