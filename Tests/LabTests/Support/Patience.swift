import Foundation

/// What a test waited for and did not come.
struct TimedOut: Error, CustomStringConvertible {
    let what: String
    let limit: Duration
    let last: String
    var description: String { "waited \(limit) for \(what); last seen: \(last)" }
}

/// Asks again until the answer fits. The pause only spares the machine: no test is right because of its length.
@discardableResult
func eventually<Answer>(
    _ what: String, within limit: Duration = .seconds(20), every pause: Duration = .milliseconds(100),
    ask: () async throws -> Answer, until fits: (Answer) -> Bool
) async throws -> Answer {
    let deadline = ContinuousClock.now + limit
    while true {
        let answer = try await ask()
        if fits(answer) { return answer }
        guard ContinuousClock.now < deadline else { throw TimedOut(what: what, limit: limit, last: "\(answer)") }
        try await Task.sleep(for: pause)
    }
}

extension Duration {
    var milliseconds: Double {
        Double(components.seconds) * 1000 + Double(components.attoseconds) / 1e15
    }

    /// For the figures that tests print.
    var text: String { milliseconds.formatted(.number.precision(.fractionLength(0))) + " ms" }
}

/// A measured figure, on a line of its own that scripts find again.
func figure(_ name: String, _ value: String) { print("FIGURE \(name): \(value)") }
