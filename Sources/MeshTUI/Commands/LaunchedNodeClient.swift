import MeshCore
import MeshRules
import Synchronization

/// A node that could not be started: the dashboard shows why, and a key tries again.
final class LaunchedNodeClient: NodeClient {
    /// Starts the node, and returns when it answers.
    typealias Launch = @concurrent @Sendable () async throws(CommandProblem) -> Void

    private let node: SocketNodeClient
    private let name: String
    private let interface: String
    private let launch: Launch
    private let problem: Mutex<String?>
    private let states: AsyncStream<MeshSnapshot>
    private let feed: AsyncStream<MeshSnapshot>.Continuation

    /// `problem`: why it did not start, in one line that ends with what to do.
    init(_ node: SocketNodeClient, name: String, interface: String, problem: String, launch: @escaping Launch) {
        (self.node, self.name, self.interface, self.launch) = (node, name, interface, launch)
        self.problem = Mutex(problem)
        (states, feed) = AsyncStream.makeStream()
        feed.yield(snapshot(problem))
    }

    func snapshots() -> AsyncStream<MeshSnapshot> {
        let (node, feed) = (node, feed)
        let (stream, out) = AsyncStream<MeshSnapshot>.makeStream(bufferingPolicy: .bufferingNewest(1))
        // Bridges two streams to one: it ends with that one.
        let following = Task { [states] in
            for await snapshot in states { out.yield(snapshot) }
            if !Task.isCancelled { for await snapshot in node.snapshots() { out.yield(snapshot) } }
            out.finish()
        }
        out.onTermination = { _ in
            following.cancel()
            feed.finish()
        }
        return stream
    }

    func perform(_ command: NodeCommand) async -> CommandOutcome {
        guard let why = problem.withLock({ $0 }) else { return await node.perform(command) }
        switch command {
        case .shutdownNode: return .done(nil)
        case .retry: return await tryAgain()
        default: return .refused(why)
        }
    }

    private func tryAgain() async -> CommandOutcome {
        do throws(CommandProblem) {
            try await launch()
        } catch {
            let words = error.message
            problem.withLock { $0 = words }
            feed.yield(snapshot(words))
            return .refused(words)
        }
        problem.withLock { $0 = nil }
        feed.finish()
        return .done(nil)
    }

    private func snapshot(_ problem: String) -> MeshSnapshot {
        var snapshot = MeshSnapshot()
        (snapshot.node.name, snapshot.node.interface, snapshot.node.problem) = (name, interface, problem)
        return snapshot
    }
}
