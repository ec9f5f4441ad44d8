package import MeshRules

/// Every background job of the engine, by name: what runs, how often it has run and how it ended last.
///
/// Jobs are children of `run()`, so none outlives it. A job that fails or ends may run again, as its `TaskJob.Again`
/// says; one that is cancelled does not.
package actor TaskManager {
    private struct Entry {
        var status: TaskStatus
        /// Ends the job; nil once it has ended.
        var stop: AsyncStream<Never>.Continuation?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private struct Submission {
        let job: TaskJob
        let stop: AsyncStream<Never>
    }

    private let pause: @concurrent @Sendable (Duration) async throws -> Void
    private let submissions: AsyncStream<Submission>
    private let submit: AsyncStream<Submission>.Continuation
    private var entries: [Entry] = []
    private var closed = false

    /// `pause` waits between two runs of a job; tests give one of their own.
    package init(
        pause: @escaping @concurrent @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.pause = pause
        (submissions, submit) = AsyncStream.makeStream()
    }

    /// Carries the jobs until `shutdown()` or cancellation, and returns when the last one has ended.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for await submission in submissions {
                group.addTask { await self.carryOut(submission) }
            }
            closed = true
            group.cancelAll()
        }
        submit.finish()
        for index in entries.indices where entries[index].stop != nil { settle(index, as: .cancelled) }
    }

    /// Starts a job, or leaves it to `run()` when that has not begun. False, and nothing starts, when a job of this name
    /// still runs or the manager has shut down.
    @discardableResult
    package func start(_ job: TaskJob) -> Bool {
        guard !closed else { return false }
        let (stopped, stop) = AsyncStream<Never>.makeStream()
        if let index = index(of: job.name) {
            guard entries[index].stop == nil else { return false }
            entries[index].stop = stop
            entries[index].status.state = .waiting
        } else {
            let status = TaskStatus(name: job.name, state: .waiting, runs: 0, lastError: nil)
            entries.append(Entry(status: status, stop: stop))
        }
        submit.yield(Submission(job: job, stop: stopped))
        return true
    }

    /// Cancels a job and returns when it has ended; at once when there is none of that name. A job must not cancel itself.
    package func cancel(_ name: String) async {
        guard let index = index(of: name), let stop = entries[index].stop else { return }
        stop.finish()
        await withCheckedContinuation { entries[index].waiting.append($0) }
    }

    /// Cancels every job and takes no more. `run()` returns when they have ended.
    package func shutdown() {
        closed = true
        submit.finish()
    }

    /// The jobs in the order in which they first started.
    package var statuses: [TaskStatus] { entries.map(\.status) }

    @concurrent
    private nonisolated func carryOut(_ submission: Submission) async {
        let outcome = await withTaskGroup(of: TaskJob.Outcome?.self) { group in
            group.addTask { await self.runs(of: submission.job) }
            group.addTask {
                for await _ in submission.stop {}
                return nil
            }
            // The first to end is the job itself, or the wish to stop it: then the job's own end comes second.
            var outcome: TaskJob.Outcome?
            while outcome == nil, let ended = await group.next() {
                outcome = ended
                group.cancelAll()
            }
            return outcome ?? .cancelled
        }
        await submission.job.completion?(outcome)
        await ended(submission.job.name, outcome)
    }

    @concurrent
    private nonisolated func runs(of job: TaskJob) async -> TaskJob.Outcome {
        while true {
            await began(job.name)
            let outcome = await Self.outcome(of: job.work)
            guard let pause = job.pause(after: outcome) else { return outcome }
            await waits(job.name, after: outcome)
            do { try await self.pause(pause) } catch { return .cancelled }
        }
    }

    @concurrent
    private static func outcome(of work: TaskJob.Work) async -> TaskJob.Outcome {
        do {
            try await work()
            return Task.isCancelled ? .cancelled : .finished
        } catch {
            return Task.isCancelled ? .cancelled : .failed("\(error)")
        }
    }

    private func began(_ name: String) {
        guard let index = index(of: name) else { return }
        entries[index].status.state = .running
        entries[index].status.runs += 1
    }

    private func waits(_ name: String, after outcome: TaskJob.Outcome) {
        guard let index = index(of: name) else { return }
        entries[index].status.state = .waiting
        entries[index].status.lastError = if case .failed(let why) = outcome { why } else { nil }
    }

    private func ended(_ name: String, _ outcome: TaskJob.Outcome) {
        guard let index = index(of: name) else { return }
        settle(index, as: outcome)
    }

    private func settle(_ index: Int, as outcome: TaskJob.Outcome) {
        switch outcome {
        case .finished: entries[index].status.state = .finished
        case .cancelled: entries[index].status.state = .cancelled
        case .failed(let why):
            entries[index].status.state = .failed
            entries[index].status.lastError = why
        }
        entries[index].stop = nil
        let waiting = entries[index].waiting
        entries[index].waiting = []
        for continuation in waiting { continuation.resume() }
    }

    private func index(of name: String) -> Int? { entries.firstIndex { $0.status.name == name } }
}
