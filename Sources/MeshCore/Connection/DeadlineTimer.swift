import Synchronization

/// Calls `fire` at a deadline that may move at any time: one task, re-armed.
package final class DeadlineTimer: Sendable {
    private struct State {
        var deadline: ContinuousClock.Instant?
        var rearm: AsyncStream<Never>.Continuation?
    }

    private let state = Mutex(State())

    package init() {}

    /// Moves the deadline; nil takes it away. One already passed fires at once.
    package func set(_ new: ContinuousClock.Instant?) {
        let rearm = state.withLock { state -> AsyncStream<Never>.Continuation? in
            // A later deadline needs no waking: the task finds it when it wakes at the earlier one.
            let sooner = if let old = state.deadline { new.map { $0 < old } ?? false } else { new != nil }
            state.deadline = new
            return sooner ? state.rearm : nil
        }
        rearm?.finish()
    }

    /// Runs until cancelled. `fire` sets the next deadline before it returns.
    @concurrent
    package func run(_ fire: @concurrent @Sendable () async -> Void) async {
        while !Task.isCancelled {
            let (rearmed, continuation) = AsyncStream<Never>.makeStream()
            let due = state.withLock { state -> ContinuousClock.Instant? in
                state.rearm = continuation
                return state.deadline
            }
            if let due, due <= .now {
                set(nil)
                await fire()
                continue
            }
            await withTaskGroup { group in
                group.addTask { for await _ in rearmed {} }
                if let due { group.addTask { try? await Task.sleep(until: due, clock: .continuous) } }
                await group.next()
                group.cancelAll()
            }
        }
    }
}
