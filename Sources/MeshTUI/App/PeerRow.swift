import MeshRules
import MeshWire

/// A peer as the screen shows it.
struct PeerRow: Equatable, Sendable {
    var id: PeerID
    var name: String
    var address: String
    var natType: NATType
    var state: PeerState
    /// `direct`, `relay fra1`, or `–`.
    var path: String
    var isRelayed: Bool
    var endpoint: String?
    var pin: PinStatus?
    /// Whole milliseconds.
    var latency: Int?
    var jitter: Int?
    /// Whole per cent; one at least when anything was lost.
    var loss: Int
    var steps: [Sparkline.Step]
    /// For the graph, oldest first.
    var history: [Double?]
    var graphTop: Double
    var handshake: String?
    var attempts: Int
    var error: String?

    /// The state in a word, with the attempt when there is one.
    var stateWord: String {
        state == .reconnecting && attempts > 0 ? "reconnect \(attempts)/3" : state.rawValue
    }
}

/// What is remembered of a peer between snapshots, so that its row moves no more than it must.
struct PeerMemory: Equatable, Sendable {
    /// A sparkline advances a step each 5 s, a graph each 2 s: TERMINAL budget, not taste.
    static let stepInterval = Duration.milliseconds(4900)
    static let graphInterval = Duration.milliseconds(1900)

    private var latency = SteadyNumber()
    private var jitter = SteadyNumber()
    private var scale = GraphScale()
    private var steps: [Sparkline.Step] = []
    private var history: [Double?] = []
    private var stepsAt: Instant?
    private var historyAt: Instant?

    mutating func row(_ peer: PeerStatus, regions: [Bytes8: String], now: Instant) -> PeerRow {
        latency.take(peer.latencyMs)
        jitter.take(peer.jitterMs)
        if stepsAt.map({ now - $0 >= Self.stepInterval }) ?? true {
            stepsAt = now
            steps = Sparkline.steps(peer.latencyHistory, perStep: peer.latencyHistory.count >= 50 ? 5 : 1)
        }
        if historyAt.map({ now - $0 >= Self.graphInterval }) ?? true {
            historyAt = now
            history = peer.latencyHistory
            scale.take(history.compactMap { $0 }.max() ?? 0)
        }
        let region = peer.path?.relayID.flatMap { regions[$0] }
        let path = peer.path.map { $0.kind == .direct ? "direct" : "relay" + (region.map { " \($0)" } ?? "") }
        return PeerRow(
            id: peer.id, name: SafeText.sanitised(peer.name, limit: 64), address: peer.virtualIP.description,
            natType: peer.natType, state: peer.state, path: path ?? "–", isRelayed: peer.path?.kind == .relay,
            endpoint: peer.path?.endpoint.description, pin: peer.pin, latency: latency.shown, jitter: jitter.shown,
            loss: peer.lossPct > 0 ? max(1, Int(min(100, peer.lossPct).rounded())) : 0, steps: steps, history: history,
            graphTop: scale.top, handshake: peer.lastHandshakeAgeS.map { CoarseAge.text(seconds: $0) },
            attempts: peer.reconnectAttempts, error: peer.lastError.map { SafeText.sanitised($0) })
    }
}
