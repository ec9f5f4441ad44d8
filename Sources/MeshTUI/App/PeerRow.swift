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
    /// The pinned relay's name, while its path is not the one in use: it does not answer, or not yet.
    var awaitedRelay: String?
    /// Whole milliseconds.
    var latency: Int?
    var jitter: Int?
    /// Whole per cent; one at least when anything was lost.
    var loss: Int
    var steps: [Sparkline.Step]
    var history: SampleHistory
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
    private var latency = SteadyNumber()
    private var jitter = SteadyNumber()
    private var scale = GraphScale()
    private var history = SampleHistory()

    mutating func row(_ peer: PeerStatus, regions: [Bytes8: String]) -> PeerRow {
        latency.take(peer.latencyMs)
        jitter.take(peer.jitterMs)
        history.take(peer.latencyHistory)
        scale.take(history.samples.compactMap { $0 }.max() ?? 0)
        // A step each five samples, once there are enough for ten of them.
        let steps = Sparkline.steps(history, perStep: history.end >= 5 * Sparkline.width ? 5 : 1)
        let region = peer.path?.relayID.flatMap { regions[$0] }
        let path = peer.path.map { $0.kind == .direct ? "direct" : "relay" + (region.map { " \($0)" } ?? "") }
        let awaited = peer.pin.flatMap { pin in pin.relayID == peer.path?.relayID ? nil : pin.relayID }
        return PeerRow(
            id: peer.id, name: SafeText.sanitised(peer.name, limit: 64), address: peer.virtualIP.description,
            natType: peer.natType, state: peer.state, path: path ?? "–", isRelayed: peer.path?.kind == .relay,
            endpoint: peer.path?.endpoint.description, pin: peer.pin,
            awaitedRelay: awaited.map { regions[$0] ?? String($0.hex.prefix(8)) },
            latency: latency.shown, jitter: jitter.shown,
            loss: peer.lossPct > 0 ? max(1, Int(min(100, peer.lossPct).rounded())) : 0, steps: steps, history: history,
            graphTop: scale.top, handshake: peer.lastHandshakeAgeS.map { CoarseAge.text(seconds: $0) },
            attempts: peer.reconnectAttempts, error: peer.lastError.map { SafeText.sanitised($0) })
    }
}
