import MeshWire

/// The pairs of this machine, sorted by peer ID, and what is asked of all of them after every input: whose datagram it
/// is, who wants something done, and which pair is due next. Only pairs that were changed are looked at, so that a
/// datagram costs the same with one peer as with 31.
struct PeerTable: RandomAccessCollection, Sendable {
    private var pairs: [PeerConnection] = []
    /// Where the pair with a tag is. Looked up, never walked.
    private var places: [Tag: Int] = [:]
    /// Pairs that were changed since `settle`, in their order.
    private(set) var changed: [Int] = []
    /// Of each pair, as of `settle`.
    private var dues: [Instant?] = []
    /// When the first of them is due, as of `settle`.
    private(set) var deadline: Instant?

    var startIndex: Int { 0 }
    var endIndex: Int { pairs.count }
    subscript(index: Int) -> PeerConnection {
        get { pairs[index] }
        set { update(at: index) { $0 = newValue } }
    }

    /// The pair whose checks have this sender tag.
    func index(of tag: Tag) -> Int? { places[tag] }

    /// Pairs that are not needed any more: the peer has left, and its path is silent.
    var gone: [PeerID] { changed.filter { pairs[$0].hasLeft && !pairs[$0].isConnected }.map { pairs[$0].id } }

    /// Changes a pair in its place, where the subscript copies it.
    mutating func update<Result, Failure: Error>(
        at index: Int, _ body: (inout PeerConnection) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        if !changed.contains(index) {
            changed.insert(index, at: changed.firstIndex { $0 > index } ?? changed.endIndex)
        }
        return try body(&pairs[index])
    }

    /// Changes how people see a pair, from which nothing follows.
    mutating func rename(at index: Int, _ name: String) { pairs[index].name = name }

    mutating func insert(_ pair: PeerConnection) -> Int {
        let index = pairs.firstIndex { $0.id > pair.id } ?? pairs.endIndex
        pairs.insert(pair, at: index)
        reindex()
        return index
    }

    mutating func remove(at index: Int) {
        pairs.remove(at: index)
        reindex()
    }

    private mutating func reindex() {
        places = [:]
        for index in pairs.indices { places[pairs[index].member.tag] = index }
        (changed, dues, deadline) = (Array(pairs.indices), pairs.map { _ in nil }, nil)
    }

    func isDue(_ index: Int, at now: Instant) -> Bool {
        let due = changed.contains(index) ? pairs[index].deadline : dues[index]
        return due.map { $0 <= now } ?? false
    }

    /// An input is over: deadlines are what they will be until the next one.
    mutating func settle() {
        let mayMove = changed.contains { dues[$0] == deadline }
        for index in changed {
            dues[index] = pairs[index].deadline
            deadline = .earlier(deadline, dues[index])
        }
        if mayMove { deadline = dues.reduce(nil) { .earlier($0, $1) } }
        changed.removeAll(keepingCapacity: true)
    }
}
