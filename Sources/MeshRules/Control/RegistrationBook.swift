/// From where parties were registered within the last day. It is not stored: a server that starts again begins anew, and
/// the bound on all parties still holds.
struct RegistrationBook: Sendable {
    private struct Entry {
        let source: SourceBlock
        let at: UInt64
    }

    /// In the order in which they came.
    private var entries: [Entry] = []

    /// Throws `.busy` while the source has registered as many parties as it may in a day; nil may as many as it likes.
    mutating func check(_ source: SourceBlock?, now: UInt64) throws(ControlRefusal) {
        // A clock that was set back must not keep them for longer than a day.
        entries.removeAll { $0.at + ControlLimits.registrationDay <= now || $0.at > now }
        let own = entries.filter { $0.source == source }
        guard own.count >= ControlLimits.partiesOfSource, let first = own.first else { return }
        throw .busy(retryAfter: first.at + ControlLimits.registrationDay - now)
    }

    /// Notes one that was registered.
    mutating func add(_ source: SourceBlock?, now: UInt64) {
        if let source { entries.append(Entry(source: source, at: now)) }
    }
}
