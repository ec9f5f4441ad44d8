/// Growing waits between tries: 5, 10, 20 and then 40 s, each up to half as long again by chance, so that a server which
/// comes back is not met by everybody at once.
struct RetryPace: Sendable {
    static let first: Duration = .seconds(5)
    private var doublings = 0

    /// How long to wait before the next try.
    mutating func next(_ step: inout Step) -> Duration {
        let wait = Self.first * (1 << doublings)
        doublings = min(doublings + 1, 3)
        let share = Int64(step.randomWord() % 512)
        return wait + wait * share / 1_024
    }

    /// It worked.
    mutating func reset() { doublings = 0 }
}
