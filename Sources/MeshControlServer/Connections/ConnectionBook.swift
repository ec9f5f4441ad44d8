import DequeModule
import MeshRules

/// Which connections there are and whose they are: at most so many in all and for each source.
///
/// When all places are taken, the connection that has waited longest without a request under way makes room: a client
/// that connects in order to ask does so within a round trip, so a crowd that only holds connections shuts nobody out.
struct ConnectionBook {
    /// What becomes of a newcomer.
    enum Verdict: Equatable {
        case admitted
        /// Admitted in the place of this one, which is to be closed.
        case replaces(UInt64)
        case refused
    }

    private struct Entry {
        let source: SourceBlock
        /// The turn in which it began to wait, nil while a request is under way.
        var waits: UInt64?
    }

    private let all: Int
    private let ofSource: Int
    private var entries: [UInt64: Entry] = [:]
    private var crowds: [SourceBlock: Int] = [:]
    /// In the order in which they began to wait; an entry counts while its turn is still the connection's.
    private var waiting: Deque<(id: UInt64, turn: UInt64)> = []
    private var turn: UInt64 = 0

    init(all: Int, ofSource: Int) { (self.all, self.ofSource) = (all, ofSource) }

    var count: Int { entries.count }
    /// Places of the queue in use, stale ones too.
    var remembered: Int { waiting.count }

    mutating func enter(_ id: UInt64, from source: SourceBlock) -> Verdict {
        guard crowds[source, default: 0] < ofSource else { return .refused }
        var replaced: UInt64?
        if entries.count >= all {
            guard let oldest = nextWaiting() else { return .refused }
            leave(oldest)
            replaced = oldest
        }
        entries[id] = Entry(source: source)
        crowds[source, default: 0] += 1
        setWaiting(id, true)
        return replaced.map(Verdict.replaces) ?? .admitted
    }

    mutating func setWaiting(_ id: UInt64, _ isWaiting: Bool) {
        guard let entry = entries[id], (entry.waits != nil) != isWaiting else { return }
        turn += 1
        entries[id]?.waits = isWaiting ? turn : nil
        guard isWaiting else { return }
        waiting.append((id, turn))
        if waiting.count > 2 * all { waiting = Deque(waiting.filter(isCurrent)) }
    }

    /// Forgets a connection; one that has left already is nobody's.
    mutating func leave(_ id: UInt64) {
        guard let source = entries.removeValue(forKey: id)?.source else { return }
        let left = crowds[source, default: 1] - 1
        crowds[source] = left > 0 ? left : nil
    }

    private mutating func nextWaiting() -> UInt64? {
        while let first = waiting.popFirst() { if isCurrent(first) { return first.id } }
        return nil
    }

    private func isCurrent(_ place: (id: UInt64, turn: UInt64)) -> Bool { entries[place.id]?.waits == place.turn }
}
