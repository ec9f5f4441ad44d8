import MeshCore
import MeshRules
import MeshWire
import UnixSignals

/// A host or join that a command has a running node do: says whom it waits for, and Ctrl-C stops it.
struct EnteringRequest {
    private enum Ended: Sendable { case reply(NodeReply), waiting, signal }

    /// What came of it.
    enum Answer: Equatable, Sendable { case done(String?), asks(IPv4Network) }

    let request: NodeRequest
    let client: NodeSocketClient

    /// Throws the refusal; ExitStatus 130 when a person stopped it.
    func carryOut() async throws -> Answer {
        let signals = await EndSignals.sequence([.sigint, .sigterm])
        let (reply, isStopped) = try await withThrowingTaskGroup(of: Ended.self) { group in
            group.addTask {
                do throws(NodeSocketClient.Failure) { return .reply(try await client.ask(request)) } catch {
                    throw CommandProblem(error)
                }
            }
            group.addTask {
                var line = WaitingLine()
                await line.run { await asking() }
                return .waiting
            }
            group.addTask {
                for await _ in signals { break }
                return .signal
            }
            var reply: NodeReply?
            var isStopped = false
            while reply == nil, let ended = try await group.next() {
                switch ended {
                case .reply(let answer): reply = answer
                case .waiting: break
                case .signal:
                    isStopped = true
                    _ = try? await client.ask(.stopEntering)
                }
            }
            group.cancelAll()
            while (try? await group.next()) != nil {}
            return (reply, isStopped)
        }
        switch reply {
        case .done(let text)?: return .done(text)
        case .asks(let network)?: return .asks(network)
        case .refused(let kind, let reason)?:
            guard isStopped else { throw CommandProblem(kind, reason) }
            Output.error("meshtui: stopped, and in no party")
            throw ExitStatus(code: 130)
        case .snapshot?, .event?, nil: return .done(nil)
        }
    }

    private func asking() async -> String? {
        guard case .snapshot(let snapshot)? = try? await client.ask(.status) else { return nil }
        return snapshot.node.asking
    }
}
