import MeshRules
import MeshWire
import Synchronization

/// Requests of one kind in a row: each leaves when the one before it was answered. A question that nobody needs twice
/// waits once, so that a server which makes the node ask again and again gathers nothing here.
final class RequestLines: Sendable {
    /// Requests of one kind that wait at most; one more is refused. Fewer lose updates to a slow server, more cost memory.
    static let longest = 32

    /// What is kept in order. Signals to different members may overtake each other.
    enum Kind: Hashable, Sendable {
        case joining, leaving, party, peers, update, heartbeat, relays
        case signal(PeerID)
    }

    /// A request's place in its line.
    struct Turn: Sendable {
        fileprivate let kind: Kind
        /// Ends when the request before it was answered; nil for the first.
        fileprivate let before: AsyncStream<Never>?
        fileprivate let ended: AsyncStream<Never>.Continuation?
        fileprivate let lines: RequestLines

        /// Asks when it is this request's turn.
        func take(_ ask: @Sendable () async -> ControlReply) async -> ControlReply {
            // The line is full: nothing was kept for it.
            guard let ended else { return .refused(.busy(retryAfter: 1)) }
            if let before { for await _ in before {} }
            lines.begun(kind)
            let reply = await ask()
            ended.finish()
            return reply
        }
    }

    private struct Line {
        /// Not begun yet, oldest first.
        var waiting: [ControlRequest] = []
        /// Ends when the last one that was entered is answered.
        var last: AsyncStream<Never>
    }

    private let lines = Mutex<[Kind: Line]>([:])

    /// The end of its line; nil for a question that waits there already.
    func enter(_ request: ControlRequest) -> Turn? {
        let kind = request.kind
        let (answered, ended) = AsyncStream<Never>.makeStream()
        return lines.withLock { lines in
            let line = lines[kind]
            let waiting = line?.waiting ?? []
            if request.isQuestion, waiting.contains(request) { return nil }
            guard waiting.count < Self.longest else { return Turn(kind: kind, before: nil, ended: nil, lines: self) }
            lines[kind] = Line(waiting: waiting + [request], last: answered)
            return Turn(kind: kind, before: line?.last, ended: ended, lines: self)
        }
    }

    private func begun(_ kind: Kind) { lines.withLock { _ = $0[kind]?.waiting.removeFirst() } }
}

extension ControlRequest {
    fileprivate var kind: RequestLines.Kind {
        switch self {
        case .begin, .registerParty, .joinParty: .joining
        case .leaveParty: .leaving
        case .getParty, .putParty: .party
        case .getPeers, .discoverPeer: .peers
        case .updatePeer: .update
        case .heartbeat: .heartbeat
        case .relays: .relays
        case .signal(let peer, _): .signal(peer)
        }
    }

    /// Asks, and changes nothing: one that waits answers for every equal one behind it.
    fileprivate var isQuestion: Bool {
        switch self {
        case .getParty, .getPeers, .discoverPeer, .heartbeat, .relays: true
        default: false
        }
    }
}
