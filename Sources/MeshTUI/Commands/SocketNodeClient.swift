import MeshCore
import MeshRules

/// The node behind a socket, as the dashboard knows it.
struct SocketNodeClient: NodeClient {
    /// A node that restarts is back within this.
    private static let patience = (tries: 20, pause: Duration.milliseconds(500))

    let socket: NodeSocketClient

    func snapshots() -> AsyncStream<MeshSnapshot> {
        let (stream, continuation) = AsyncStream<MeshSnapshot>.makeStream(bufferingPolicy: .bufferingNewest(1))
        // Bridges a connection to a stream: it ends with the stream.
        let following = Task {
            var tries = 0
            while !Task.isCancelled, tries < Self.patience.tries {
                if await follow(continuation) { tries = 0 }
                tries += 1
                try? await Task.sleep(for: Self.patience.pause)
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in following.cancel() }
        return stream
    }

    func perform(_ command: NodeCommand) async -> CommandOutcome {
        do throws(NodeSocketClient.Failure) {
            switch try await socket.ask(Self.request(command)) {
            case .done(let text): return .done(text)
            case .refused(_, let reason): return .refused(reason)
            case .snapshot, .event: return .done(nil)
            }
        } catch {
            return .refused("\(error)")
        }
    }

    /// True when at least one snapshot came.
    private func follow(_ continuation: AsyncStream<MeshSnapshot>.Continuation) async -> Bool {
        let seen = Seen()
        try? await socket.follow(.snapshots) { reply in
            guard case .snapshot(let snapshot) = reply else { return false }
            await seen.note()
            continuation.yield(snapshot)
            return true
        }
        return await seen.any
    }

    private actor Seen {
        var any = false
        func note() { any = true }
    }

    static func request(_ command: NodeCommand) -> NodeRequest {
        switch command {
        case .host(let name): .host(party: name)
        case .join(let invite): .join(invite: invite)
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
