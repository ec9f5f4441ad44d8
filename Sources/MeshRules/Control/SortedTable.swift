/// Values by key, kept in the order of the keys. Deciders walk their state in this order, so that the same requests give
/// the same outcome in every process (DESIGN.md §2), which a Dictionary does not promise.
package struct SortedTable<Key: Comparable & Sendable, Value: Sendable>: Sendable {
    /// Ascending, each once.
    package private(set) var keys: [Key] = []
    /// In the order of `keys`.
    package private(set) var values: [Value] = []

    /// Empty.
    package init() {}

    /// Nil when the key is not held; assigning nil removes it.
    package subscript(key: Key) -> Value? {
        get {
            let slot = slot(of: key)
            return holds(key, at: slot) ? values[slot] : nil
        }
        set {
            let slot = slot(of: key)
            switch (newValue, holds(key, at: slot)) {
            case (let value?, true): values[slot] = value
            case (let value?, false):
                keys.insert(key, at: slot)
                values.insert(value, at: slot)
            case (nil, true):
                keys.remove(at: slot)
                values.remove(at: slot)
            case (nil, false): break
            }
        }
    }

    /// How many keys are held.
    package var count: Int { keys.count }
    package var isEmpty: Bool { keys.isEmpty }

    /// Takes away what does not pass; the order stays.
    package mutating func keep(where passes: (Key, Value) -> Bool) {
        let slots = keys.indices.filter { passes(keys[$0], values[$0]) }
        guard slots.count < keys.count else { return }
        keys = slots.map { keys[$0] }
        values = slots.map { values[$0] }
    }

    private func holds(_ key: Key, at slot: Int) -> Bool { slot < keys.count && keys[slot] == key }

    /// Where the key is or would be inserted.
    private func slot(of key: Key) -> Int {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension SortedTable: Equatable where Value: Equatable {}
