import MeshWire

/// The last HELLO counters of clients that are gone, so that a recorded HELLO can't bring one back.
struct CounterMemory {
    private struct Entry {
        let counter: UInt64
        let until: Int64
        let address: IPAddress
    }
    private var entries: [ClientKey: Entry] = [:]
    private var crowds: [IPAddress: Int] = [:]

    var count: Int { entries.count }
    /// When the earliest entry may be forgotten.
    var nextEnd: Int64? { entries.values.lazy.map(\.until).min() }

    func counter(of key: ClientKey) -> UInt64? { entries[key]?.counter }

    /// How many of them were last at an address.
    func count(at address: IPAddress) -> Int { crowds[address] ?? 0 }

    mutating func remember(_ counter: UInt64, of key: ClientKey, at address: IPAddress, now: Int64) {
        forget(key)
        entries[key] = Entry(counter: counter, until: now + RelayProtocol.counterMemory, address: address)
        crowds[address, default: 0] += 1
    }

    mutating func forget(_ key: ClientKey) {
        guard let address = entries.removeValue(forKey: key)?.address else { return }
        let left = count(at: address) - 1
        crowds[address] = left > 0 ? left : nil
    }

    mutating func expire(now: Int64) {
        guard entries.values.contains(where: { $0.until <= now }) else { return }
        for key in entries.filter({ $0.value.until <= now }).keys { forget(key) }
    }
}
