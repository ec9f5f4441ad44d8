import MeshRules

/// When the state is drawn: at once for what a person does, once a second for what the node reports, each five seconds
/// while nobody looks.
struct FramePacer {
    private var quietFrame: Instant?

    mutating func isDue(after event: AppEvent, watched: Bool, now: Instant) -> Bool {
        switch event {
        case .terminal, .outcome: return true
        case .snapshot, .tick:
            // A little less than the second of the tick, which would else be missed by a hair every other time.
            let interval: Duration = watched ? .milliseconds(900) : .milliseconds(4900)
            if let quietFrame, now - quietFrame < interval { return false }
            quietFrame = now
            return true
        }
    }
}
