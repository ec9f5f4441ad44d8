import MeshWire

/// The last HELLO counters of clients that are gone, so that a recorded HELLO can't bring one back.
struct CounterMemory {
    private struct Entry {
        let counter: UInt64
        let until: Int64
    }
    private var entries: [ClientKey: Entry] = [:]

    var count: Int { entries.count }
    /// When the earliest entry may be forgotten.
    var nextEnd: Int64? { entries.values.lazy.map(\.until).min() }

    func counter(of key: ClientKey) -> UInt64? { entries[key]?.counter }

    mutating func remember(_ counter: UInt64, of key: ClientKey, now: Int64) {
        entries[key] = Entry(counter: counter, until: now + RelayProtocol.counterMemory)
    }

    mutating func forget(_ key: ClientKey) { entries[key] = nil }

    /// Forgets all: only when no recorded HELLO has a cookie that still counts.
    mutating func forgetAll() { entries = [:] }

    mutating func expire(now: Int64) {
        guard entries.values.contains(where: { $0.until <= now }) else { return }
        entries = entries.filter { $0.value.until > now }
    }
}
