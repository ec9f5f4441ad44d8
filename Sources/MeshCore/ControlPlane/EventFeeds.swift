import MeshRules
import MeshWire

/// Who listens to which party, and what was told lately: a member whose connection broke hears what it missed. This is
/// also where a signal waits for a member without a connection.
struct EventFeeds {
    private struct Listener {
        var party: PartyID
        var peer: PeerID
        var stream: AsyncStream<ServedEvent>.Continuation
    }

    private struct Kept {
        var id: UInt64
        var change: Change
        var bytes: Int
    }

    /// The events of one party, oldest first.
    private struct Recent {
        var events: [Kept] = []
        /// Everything up to this number is gone.
        var lost: UInt64
        var bytes = 0

        mutating func dropFirst(_ count: Int) {
            guard count > 0 else { return }
            lost = events[count - 1].id
            bytes -= events[..<count].reduce(0) { $0 + $1.bytes }
            events.removeFirst(count)
        }
    }

    /// Events of one party that are kept. Fewer make members ask for everything after a short break, more cost memory.
    static let kept = 512
    /// Kept signals of one member, so that a flood of one pushes out its own. A receiver without a connection for longer
    /// asks anew anyway.
    static let keptSignals = 32
    /// Bytes of kept events in all; beyond, the party with most loses its older half. Less makes members ask for everything
    /// after a short break, more costs memory.
    static let keptBytes = 64 << 20
    /// Events that wait for one listener.
    static let buffered = 256

    /// Streams open at once; each holds a connection.
    static let listeners = 4_096

    private let first: UInt64
    private var listeners: [UInt64: Listener] = [:]
    private var recent: [PartyID: Recent] = [:]
    private var nextListener: UInt64 = 0
    private(set) var bytes = 0
    private let limit: Int
    /// The number of the newest event.
    private(set) var last: UInt64

    /// - Parameter limit: bytes of kept events.
    init(after first: UInt64, limit: Int = keptBytes) { (self.first, last, self.limit) = (first, first, limit) }

    /// Begins with what came after `heard`; nil begins with what comes next. A member has one stream: the newest, because
    /// the older one belongs to a connection that its owner has given up, or to a copy of its state folder, which is told.
    mutating func subscribe(
        party: PartyID, peer: PeerID, after heard: UInt64?, ended: @escaping @Sendable (UInt64) -> Void
    ) -> AsyncStream<ServedEvent> {
        for (id, listener) in listeners where listener.party == party && listener.peer == peer {
            listener.stream.yield(.taken)
            finish(id)
        }
        guard listeners.count < Self.listeners else { return AsyncStream { $0.finish() } }
        nextListener += 1
        let id = nextListener
        let (stream, continuation) = AsyncStream<ServedEvent>.makeStream(
            bufferingPolicy: .bufferingOldest(Self.buffered + Self.kept))
        continuation.onTermination = { _ in ended(id) }
        listeners[id] = Listener(party: party, peer: peer, stream: continuation)
        for event in missed(party, peer, since: heard) { continuation.yield(event) }
        return stream
    }

    mutating func remove(_ id: UInt64) { listeners[id] = nil }

    /// Keeps the event and hands it to whom it concerns.
    mutating func send(_ change: Change) {
        last += 1
        let parties = change.party.map { [$0] } ?? Array(recent.keys)
        for party in parties { keep(Kept(id: last, change: change, bytes: change.size), for: party) }
        for (id, listener) in listeners where change.concerns(listener.peer, in: listener.party) {
            if case .dropped = listener.stream.yield(.event(last, change.event)) { finish(id) }
        }
    }

    /// Ends the streams of those who are no members any more; they have heard why.
    mutating func keep(where isMember: (PartyID, PeerID) -> Bool) {
        for (id, listener) in listeners where !isMember(listener.party, listener.peer) { finish(id) }
    }

    func ping() {
        for listener in listeners.values { listener.stream.yield(.ping) }
    }

    private func missed(_ party: PartyID, _ peer: PeerID, since heard: UInt64?) -> [ServedEvent] {
        guard let heard else { return [] }
        let lost = recent[party]?.lost ?? first
        let isKnown = heard >= lost && heard <= last
        // What is still kept is told even so: a signal that waits is worth more than the answer to any question.
        return (isKnown ? [] : [.resync(lost)])
            + (recent[party]?.events ?? []).filter {
                (!isKnown || $0.id > heard) && $0.change.concerns(peer, in: party)
            }
            .map { .event($0.id, $0.change.event) }
    }

    private mutating func keep(_ event: Kept, for party: PartyID) {
        var recent = self.recent.removeValue(forKey: party) ?? Recent(lost: first)
        bytes -= recent.bytes
        if let sender = event.change.sender {
            let own = recent.events.indices.filter { recent.events[$0].change.sender == sender }
            if own.count >= Self.keptSignals, let oldest = own.first {
                recent.bytes -= recent.events.remove(at: oldest).bytes
            }
        }
        recent.events.append(event)
        recent.bytes += event.bytes
        if recent.events.count > 2 * Self.kept { recent.dropFirst(recent.events.count - Self.kept) }
        bytes += recent.bytes
        self.recent[party] = recent
        while bytes > limit, let largest = self.recent.max(by: { $0.value.bytes < $1.value.bytes }) {
            halve(largest.key)
        }
    }

    private mutating func halve(_ party: PartyID) {
        guard var recent = recent.removeValue(forKey: party) else { return }
        bytes -= recent.bytes
        recent.dropFirst((recent.events.count + 1) / 2)
        bytes += recent.bytes
        self.recent[party] = recent
    }

    /// Drops what is kept of a party that is gone.
    mutating func forget(_ party: PartyID) {
        bytes -= recent.removeValue(forKey: party)?.bytes ?? 0
    }

    private mutating func finish(_ id: UInt64) {
        listeners[id]?.stream.finish()
        listeners[id] = nil
    }
}

extension Change {
    /// The member whose signal it is.
    fileprivate var sender: PeerID? { if case .signal(let sender, _) = event { sender } else { nil } }

    /// Bytes that it takes, about.
    fileprivate var size: Int {
        let payload =
            switch event {
            case .peer(let info): info.card.count + (info.candidates?.count ?? 0)
            case .roster(let bytes), .grant(let bytes), .signal(_, let bytes): bytes.count
            case .left, .relays: 0
            }
        return payload + 200
    }

    fileprivate func concerns(_ peer: PeerID, in party: PartyID) -> Bool {
        guard self.party == nil || self.party == party else { return false }
        return switch to {
        case .all(let except): peer != except
        case .one(let one): peer == one
        }
    }
}
