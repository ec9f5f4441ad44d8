/// From where parties were registered within the last day. It is not stored: a server that starts again begins anew, and
/// the bound on all parties still holds.
struct RegistrationBook: Sendable {
    private struct Entry {
        let source: RequestSource
        let at: UInt64
    }

    /// In the order in which they came.
    private var entries: [Entry] = []

    /// Throws `.busy` while the source has registered as many parties as it may in a day.
    mutating func check(_ source: RequestSource, now: UInt64) throws(ControlRefusal) {
        // A clock that was set back must not keep them for longer than a day.
        entries.removeAll { $0.at + ControlLimits.registrationDay <= now || $0.at > now }
        for block in source.blocks {
            let own = entries.filter { $0.source.isIn(block) }
            guard own.count >= block.share * ControlLimits.partiesOfSource, let first = own.first else { continue }
            throw .busy(retryAfter: first.at + ControlLimits.registrationDay - now)
        }
    }

    /// Notes one that was registered.
    mutating func add(_ source: RequestSource, now: UInt64) {
        if source != .inProcess { entries.append(Entry(source: source, at: now)) }
    }
}
