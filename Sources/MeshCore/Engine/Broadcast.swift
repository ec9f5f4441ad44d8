import Synchronization

/// One value to many streams. Sending never waits: a slow reader loses the oldest values beyond its own buffer.
package final class Broadcast<Element: Sendable>: Sendable {
    private struct State {
        var next = 0
        var readers: [(id: Int, continuation: AsyncStream<Element>.Continuation)] = []
        var finished = false
    }

    private let state = Mutex(State())
    private let buffer: Int
    private let countChanged: @Sendable (Int) -> Void

    /// `buffer`: values kept for each reader. `countChanged` hears how many readers there are, whenever that changes.
    package init(buffer: Int, countChanged: @escaping @Sendable (Int) -> Void = { _ in }) {
        (self.buffer, self.countChanged) = (buffer, countChanged)
    }

    /// How many read now.
    package var count: Int { state.withLock { $0.readers.count } }

    /// A new reader, which gets `first` and then everything sent from now on.
    package func stream(first: Element? = nil) -> AsyncStream<Element> {
        let (stream, continuation) = AsyncStream<Element>.makeStream(bufferingPolicy: .bufferingNewest(buffer))
        if let first { continuation.yield(first) }
        let id = state.withLock { state -> Int? in
            guard !state.finished else { return nil }
            state.next += 1
            state.readers.append((state.next, continuation))
            return state.next
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in self?.remove(id) }
        countChanged(count)
        return stream
    }

    /// To every reader there is now; nothing after `finish`.
    package func send(_ element: Element) {
        for continuation in state.withLock({ $0.readers.map(\.continuation) }) { continuation.yield(element) }
    }

    /// Ends every stream, and those still to come.
    package func finish() {
        let readers = state.withLock { state in
            state.finished = true
            return state.readers
        }
        for reader in readers { reader.continuation.finish() }
    }

    private func remove(_ id: Int) {
        state.withLock { $0.readers.removeAll { $0.id == id } }
        countChanged(count)
    }
}
