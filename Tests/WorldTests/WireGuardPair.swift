import MeshRules
import MeshTestKit
import MeshWire

/// Two model WireGuards on one wire, without nodes.
struct WireGuardPair {
    private enum Event: Sendable { case arrives(end: Int, [UInt8]), wake }

    let ends = [Endpoint(IPAddress(v4: 0xc000_0201), 1), Endpoint(IPAddress(v4: 0xc000_0202), 2)]
    let delay: Duration
    var machines: [WireGuardModel] = []
    var now = Instant()
    var isCut = false
    /// Packets that came out of the tunnel at each end.
    var received = [0, 0]
    var initiations = [0, 0]
    private var indexes: [[ReceiverIndex]] = [[], []]
    private var queue = EventQueue<Event>()
    private var scheduledWake: Instant?

    private static let addresses = [IPAddress(v4: 0x0a42_0001), IPAddress(v4: 0x0a42_0002)]

    init(delay: Duration) {
        self.delay = delay
        for end in 0...1 {
            var random = SeededRandom(seed: UInt64(end) + 1)
            let key = PublicKey(random.bytes(32).span, at: 0)
            machines.append(WireGuardModel(publicKey: key, random: random))
        }
    }

    mutating func add(_ end: Int, endpoint: Endpoint, keepalive: Duration?, presharedKey: Bytes32? = nil) {
        let peer = WireGuardPeer(
            publicKey: machines[1 - end].publicKey, presharedKey: presharedKey ?? Bytes32(), endpoint: endpoint,
            allowedIP: Self.addresses[1 - end], keepalive: keepalive)
        machines[end].add(peer, now: now)
        settle()
    }

    mutating func send(from end: Int) {
        _ = machines[end].send([UInt8](repeating: 7, count: 48), to: Self.addresses[1 - end], now: now)
        settle()
    }

    mutating func guardRoaming(_ end: Int, left: Endpoint, wanted: Endpoint) {
        let rule = RoamingGuardRule(
            peer: machines[1 - end].publicKey, indexes: indexes[end], left: [left], wanted: wanted)
        machines[end].setGuard(rule)
    }

    mutating func run(for duration: Duration) {
        let end = now + duration
        while let next = queue.nextTime, next <= end, let (time, event) = queue.next() {
            now = time
            switch event {
            case .arrives(let end, let bytes):
                if machines[end].receive(bytes, from: ends[1 - end], now: now) != nil { received[end] += 1 }
            case .wake:
                scheduledWake = nil
                for end in 0...1 where machines[end].nextDeadline.map({ $0 <= now }) ?? false {
                    machines[end].handleTimeout(now: now)
                }
            }
            settle()
        }
        now = end
    }

    private mutating func settle() {
        for end in 0...1 {
            for transmit in machines[end].transmits where transmit.destination == ends[1 - end] && !isCut {
                queue.schedule(.arrives(end: 1 - end, transmit.bytes), at: now + delay)
            }
            for sent in machines[end].handshakes {
                indexes[end].append(sent.index)
                if sent.kind == .initiation { initiations[end] += 1 }
            }
            machines[end].transmits = []
            machines[end].handshakes = []
        }
        guard let due = machines.compactMap(\.nextDeadline).min(), scheduledWake.map({ due < $0 }) ?? true else {
            return
        }
        scheduledWake = due
        queue.schedule(.wake, at: max(due, now))
    }
}
