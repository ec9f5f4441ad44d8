import Synchronization

/// Hands values from any number of tasks to one reader, one at a time. A sender waits until its value is taken, so that
/// nothing gathers between the two and a reader that is slow slows down what sends to it.
package final class Handover<Value: Sendable>: AsyncSequence, Sendable {
    private struct Sender {
        var id: UInt64
        var value: Value
        var taken: CheckedContinuation<Void, Never>
    }

    private struct State {
        /// In the order in which they came.
        var senders: [Sender] = []
        /// The reader while it waits; then there are no senders.
        var reader: CheckedContinuation<Value?, Never>?
        var nextID: UInt64 = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Returns when the value is taken, or when the sender is cancelled: then it may never be.
    package func send(_ value: Value) async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { taken in enter(Sender(id: id, value: value, taken: taken)) }
        } onCancel: {
            state.withLock { state in
                state.senders.firstIndex { $0.id == id }.map { state.senders.remove(at: $0) }
            }?.taken.resume()
        }
    }

    private func enter(_ sender: Sender) {
        let reader: CheckedContinuation<Value?, Never>? = state.withLock { state in
            // Within the lock: a cancellation comes either before this or finds the sender.
            if state.reader == nil, !Task.isCancelled {
                state.senders.append(sender)
                return nil
            }
            defer { sender.taken.resume() }
            return state.reader.take()
        }
        reader?.resume(returning: sender.value)
    }

    /// The next value; nil when the reader is cancelled.
    package func next() async -> Value? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { reader in
                let sender: Sender? = state.withLock { state in
                    if !state.senders.isEmpty { return state.senders.removeFirst() }
                    if Task.isCancelled { reader.resume(returning: nil) } else { state.reader = reader }
                    return nil
                }
                guard let sender else { return }
                sender.taken.resume()
                reader.resume(returning: sender.value)
            }
        } onCancel: {
            state.withLock { $0.reader.take() }?.resume(returning: nil)
        }
    }

    package struct Iterator: AsyncIteratorProtocol {
        let handover: Handover
        package func next() async -> Value? { await handover.next() }
    }

    package func makeAsyncIterator() -> Iterator { Iterator(handover: self) }
}
