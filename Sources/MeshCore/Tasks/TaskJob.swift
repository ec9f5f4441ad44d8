/// A background job as `TaskManager` is given it.
package struct TaskJob: Sendable {
    /// When a job runs again after it has ended.
    package enum Again: Equatable, Sendable {
        case never
        /// After each run, however it ended.
        case always(after: Duration)
        /// Only after a failure.
        case onFailure(after: Duration)
    }

    /// How a run of a job ended.
    package enum Outcome: Equatable, Sendable {
        case finished
        case failed(String)
        case cancelled
    }

    /// What a run does; cancelling it ends the job.
    package typealias Work = @concurrent @Sendable () async throws -> Void
    /// What is done with the end of the last run.
    package typealias Completion = @concurrent @Sendable (Outcome) async -> Void

    /// What people see.
    package let name: String
    /// Whether one run is all.
    package let again: Again
    /// One run.
    package let work: Work
    /// Called once, after the last run.
    package let completion: Completion?

    /// A job of its parts.
    package init(
        _ name: String, again: Again = .never, work: @escaping Work, completion: Completion? = nil
    ) {
        (self.name, self.again, self.work, self.completion) = (name, again, work, completion)
    }

    /// How long to wait before the next run; nil when there is none.
    package func pause(after outcome: Outcome) -> Duration? {
        switch (again, outcome) {
        case (_, .cancelled), (.never, _), (.onFailure, .finished): nil
        case (.always(let pause), _), (.onFailure(let pause), .failed): pause
        }
    }
}
