import Synchronization

/// The session that a member has with its control plane since it last joined, and word of each new one.
final class SessionFeed<Session: Sendable>: Sendable {
    private struct State {
        var current: Session?
        var readers: [Int: AsyncStream<Session>.Continuation] = [:]
        var nextReader = 0
    }

    private let state = Mutex(State())

    var current: Session? { state.withLock { $0.current } }

    /// The member has joined (again).
    func enter(_ session: Session) {
        let readers = state.withLock { state in
            state.current = session
            return Array(state.readers.values)
        }
        for reader in readers { reader.yield(session) }
    }

    /// The session is of no use any more; the member has to join again.
    func leave() { state.withLock { $0.current = nil } }

    /// Changes the session in place, if there is one; nobody is told.
    func update(_ change: (inout Session) -> Void) {
        state.withLock { state in
            guard var session = state.current else { return }
            change(&session)
            state.current = session
        }
    }

    /// The session of this moment, if there is one, and each that follows; a slow reader gets the newest.
    func entries() -> AsyncStream<Session> {
        let (stream, reader) = AsyncStream<Session>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let (id, current) = state.withLock { state in
            state.nextReader += 1
            state.readers[state.nextReader] = reader
            return (state.nextReader, state.current)
        }
        if let current { reader.yield(current) }
        reader.onTermination = { [weak self] _ in _ = self?.state.withLock { $0.readers.removeValue(forKey: id) } }
        return stream
    }
}
