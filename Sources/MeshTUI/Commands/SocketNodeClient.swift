import MeshCore
import MeshRules
import MeshWire

/// The node behind a socket, as the dashboard knows it.
struct SocketNodeClient: NodeClient {
    /// Between two tries to reach a node that does not answer.
    private static let pause: Duration = .milliseconds(500)

    let socket: NodeSocketClient
    /// What its hosts and joins tell the node about networks.
    var consent = NetworkConsent.any

    func snapshots() -> AsyncStream<MeshSnapshot> {
        let (stream, continuation) = AsyncStream<MeshSnapshot>.makeStream(bufferingPolicy: .bufferingNewest(1))
        // Bridges a connection to a stream: it ends with the stream.
        let following = Task {
            var (tries, last) = (0, NodeStatus())
            while !Task.isCancelled {
                if let newer = await follow(continuation) { (tries, last) = (0, newer) }
                // A node that is started anew is there before anybody has read this.
                if tries == 1 { continuation.yield(Self.silence(after: last)) }
                tries += 1
                try? await Task.sleep(for: Self.pause)
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in following.cancel() }
        return stream
    }

    func perform(_ command: NodeCommand) async -> CommandOutcome {
        do throws(NodeSocketClient.Failure) {
            switch try await socket.ask(Self.request(command, consent)) {
            case .done(let text): return .done(text)
            case .refused(_, let reason): return .refused(reason)
            case .asks(let network): return .asks(network)
            case .snapshot, .event: return .done(nil)
            }
        } catch {
            switch error {
            // It has gone, which is what was asked for.
            case .noNode where command == .shutdownNode, .lost where command == .shutdownNode: return .done(nil)
            default: return .refused("\(error)")
            }
        }
    }

    /// Nothing that stood on the screen holds any more.
    private static func silence(after last: NodeStatus) -> MeshSnapshot {
        var snapshot = MeshSnapshot()
        (snapshot.node.name, snapshot.node.interface) = (last.name, last.interface)
        snapshot.node.problem =
            "the node does not answer any more: wait if it is being started anew, or quit and start meshtui again"
        return snapshot
    }

    /// The node as it was last heard of; nil when not a word came.
    private func follow(_ continuation: AsyncStream<MeshSnapshot>.Continuation) async -> NodeStatus? {
        let seen = Seen()
        try? await socket.follow(.snapshots) { reply in
            guard case .snapshot(let snapshot) = reply else { return false }
            await seen.note(snapshot.node)
            continuation.yield(snapshot)
            return true
        }
        return await seen.last
    }

    private actor Seen {
        var last: NodeStatus?
        func note(_ node: NodeStatus) { last = node }
    }

    static func request(_ command: NodeCommand, _ consent: NetworkConsent = .any) -> NodeRequest {
        switch command {
        case .host(let name, let agreed):
            .host(party: name).consenting(agreed.map { .asks(agreed: $0) } ?? consent)
        // What is no invite is refused by the node, with the words for it.
        case .join(let invite, let agreed):
            .join(
                invite: (try? InviteCode(pasted: invite))?.text ?? invite,
                consent: agreed.map { .asks(agreed: $0) } ?? consent)
        case .leave: .leave
        case .invite: .invite
        case .pinRelay(let peer, let relay): .pinRelay(peer: peer, relay: relay)
        case .releaseRelay(let peer): .releaseRelay(peer: peer)
        case .stopEntering: .stopEntering
        case .retry: .retry
        case .shutdownNode: .shutdown
        }
    }
}
