package import MeshWire

/// When the names of servers are looked up, and which address of a name counts.
///
/// 1. Each name has its own clock: none waits for another, and no name is asked for twice at once.
/// 2. A name is asked for again every three minutes, after a failure sooner, and when its address is silent.
/// 3. A failed look-up drops nothing. An address that counts is left only when it is silent and the name gives another:
///    many names give another of their addresses each time.
package struct NameLookUps: Sendable {
    /// Between two look-ups of a name whose address answers.
    static let refresh: Duration = .seconds(180)
    /// After the first failure, or when an address has become silent; doubles each time up to `refresh`.
    static let firstPause: Duration = .seconds(5)
    /// A look-up that takes longer counts as failed; its answer counts whenever it comes.
    static let patience: Duration = .seconds(5)

    private struct Entry: Sendable {
        let name: String
        /// The address that counts.
        var chosen: IPAddress?
        /// When the look-up under way has begun.
        var askedAt: Instant?
        var isLate = false
        var due: Instant
        /// Failures, or answers that did not end a silence, in a row.
        var tries = 0
        var isSilent = false
    }

    /// In the order in which they were given.
    private var entries: [Entry] = []

    /// Nothing is looked up.
    package init() {}

    /// Names to look up from now on. Those that were there keep what is known of them.
    package mutating func want(_ names: [String], at now: Instant) {
        var wanted: [Entry] = []
        for name in names where !wanted.contains(where: { $0.name == name }) {
            wanted.append(entries.first { $0.name == name } ?? Entry(name: name, due: now))
        }
        entries = wanted
    }

    /// - Returns: The names to look up now; each is under way until it is `answered`.
    package mutating func begin(at now: Instant) -> [String] {
        var names: [String] = []
        for index in entries.indices {
            if let asked = entries[index].askedAt {
                if now - asked >= Self.patience, !entries[index].isLate {
                    entries[index].isLate = true
                    entries[index].tries += 1
                }
            } else if entries[index].due <= now {
                entries[index].askedAt = now
                names.append(entries[index].name)
            }
        }
        return names
    }

    /// A look-up is over, well or not.
    /// - Parameter addresses: What the name gave; none for a failure.
    /// - Returns: Whether another address counts now.
    package mutating func answered(_ name: String, _ addresses: [IPAddress], at now: Instant) -> Bool {
        guard let index = entries.firstIndex(where: { $0.name == name }) else { return false }
        let before = entries[index].chosen
        let isFailure = addresses.isEmpty
        if isFailure || entries[index].isSilent {
            if !entries[index].isLate { entries[index].tries += 1 }
        } else {
            entries[index].tries = 0
        }
        entries[index].due = now + (entries[index].tries == 0 ? Self.refresh : Self.pause(entries[index].tries))
        (entries[index].askedAt, entries[index].isLate) = (nil, false)
        guard !isFailure else { return false }
        if let before, entries[index].isSilent {
            entries[index].chosen = Self.following(before, in: addresses)
        } else if before == nil {
            entries[index].chosen = addresses[0]
        }
        guard entries[index].chosen != before else { return false }
        entries[index].isSilent = false
        return true
    }

    /// Which addresses do not answer just now.
    package mutating func heard(silent: [IPAddress], at now: Instant) {
        for index in entries.indices {
            guard let chosen = entries[index].chosen else { continue }
            let isSilent = silent.contains(chosen)
            guard isSilent != entries[index].isSilent else { continue }
            entries[index].isSilent = isSilent
            if isSilent {
                entries[index].due = min(entries[index].due, now)
            } else if entries[index].askedAt == nil {
                entries[index].tries = 0
                entries[index].due = now + Self.refresh
            }
        }
    }

    /// When `begin` is due; nil while nothing is wanted or everything is under way.
    package var deadline: Instant? {
        entries.lazy.compactMap { entry -> Instant? in
            guard let asked = entry.askedAt else { return entry.due }
            return entry.isLate ? nil : asked + Self.patience
        }.min()
    }

    /// The address of a name that counts; nil while none was found.
    package func address(of name: String) -> IPAddress? { entries.first { $0.name == name }?.chosen }

    /// Names that have no address, after a look-up has failed or takes too long.
    package var missing: [String] { entries.filter { $0.chosen == nil && $0.tries > 0 }.map(\.name) }

    private static func pause(_ tries: Int) -> Duration { min(firstPause * (1 << min(tries - 1, 6)), refresh) }

    /// The next one in turn, or the first of a list in which the address is not.
    private static func following(_ address: IPAddress, in list: [IPAddress]) -> IPAddress {
        guard let index = list.firstIndex(of: address) else { return list[0] }
        return list[(index + 1) % list.count]
    }
}
