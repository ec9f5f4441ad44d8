import MeshWire
import Testing

@testable import MeshRules

@Suite("A path")
struct PathTests {
    private func proven(_ remote: String = "192.0.2.1:1", relay: Bytes8? = nil, ms: Int64 = 40, count: Int = 3) -> Path
    {
        var path = Path(remote: end(remote), relay: relay)
        for index in 0..<count {
            path.pinged(UInt64(index), at: at(0))
            _ = path.ponged(UInt64(index), observed: nil, at: at(ms))
        }
        return path
    }

    @Test("is proven by a pong to its own transaction only")
    func proof() {
        var path = Path(remote: end("192.0.2.1:1"), relay: nil)
        path.pinged(7, at: at(0))
        let stranger = path.ponged(8, observed: nil, at: at(40))
        #expect(stranger == nil)
        #expect(!path.isUsable(at: at(40)))
        let own = path.ponged(7, observed: end("203.0.113.9:9"), at: at(40))
        #expect(own == .milliseconds(40))
        #expect(path.isUsable(at: at(40)))
        #expect(path.observed == end("203.0.113.9:9"))
        let again = path.ponged(7, observed: nil, at: at(41))
        #expect(again == nil)
    }

    /// Round trip and how long its ping may stay unanswered, in milliseconds.
    @Test(
        "waits twice the round trip and 100 ms, from 200 ms to 1 s",
        arguments: [
            (10, 200), (50, 200), (60, 220), (200, 500), (450, 1_000), (900, 1_000),
        ])
    func patience(roundTrip: Int64, wait: Int64) {
        #expect(proven(ms: roundTrip).patience == .milliseconds(wait))
    }

    @Test("is silent after three unanswered pings, and a late pong revives it")
    func silence() {
        var path = proven()
        for index in 0..<3 { path.pinged(UInt64(100 + index), at: at(1_000 + Int64(index) * 250)) }
        let first = path.countMisses(at: at(1_300))
        #expect(first == 1)
        #expect(!path.isSilent)
        let others = path.countMisses(at: at(2_000))
        #expect(others == 2)
        #expect(path.isSilent)
        #expect(!path.isUsable(at: at(2_000)))
        let late = path.ponged(102, observed: nil, at: at(2_100))
        #expect(late != nil)
        #expect(path.isUsable(at: at(2_100)))
    }

    @Test("loses its proof after 30 s")
    func age() {
        let path = proven()
        #expect(path.isUsable(at: at(30_040)))
        #expect(!path.isUsable(at: at(30_041)))
    }

    static let relay = Bytes8(1)
    /// (direct ms, relay ms, current is direct, the direct one is chosen)
    static let choices: [(Int64, Int64, Bool?, Bool)] = [
        (40, 50, nil, true),
        (40, 35, nil, true),  // a relay must win by 10 ms or 20 %
        (100, 60, nil, false),
        (100, 85, nil, true),
        (100, 85, true, true),
        (100, 60, true, false),
        (50, 60, false, true),
        (50, 45, false, true),  // from relay to direct no gain is asked for
        (100, 60, false, false),
    ]

    @Test("is chosen with hysteresis, direct before relay", arguments: choices)
    func choice(direct: Int64, relayed: Int64, currentIsDirect: Bool?, directWins: Bool) {
        let paths = [proven("192.0.2.1:1", ms: direct), proven("203.0.113.1:1", relay: Self.relay, ms: relayed)]
        let current = currentIsDirect.map { paths[$0 ? 0 : 1].remote }
        let chosen = PathSelector.choose(paths, current: current, at: at(1_000))
        #expect(chosen == (directWins ? 0 : 1))
    }

    @Test("one sample is not enough to leave a working path")
    func samples() {
        let paths = [proven("192.0.2.1:1", ms: 20, count: 1), proven("203.0.113.1:1", relay: Self.relay, ms: 90)]
        #expect(PathSelector.choose(paths, current: paths[1].remote, at: at(1_000)) == 1)
        #expect(PathSelector.choose(paths, current: nil, at: at(1_000)) == 0)
    }

    @Test("a pinned relay is taken while it answers, whatever it costs")
    func pin() {
        var paths = [proven("192.0.2.1:1", ms: 20), proven("203.0.113.1:1", relay: Self.relay, ms: 300)]
        func endpoint() -> Endpoint? {
            ConnectionCoordinator.coordinateConnection(
                own: .open, peer: .open, paths: paths, current: paths[0].remote, pinned: Self.relay, at: at(1_000)
            ).endpoint
        }
        #expect(endpoint() == paths[1].remote)
        paths[1].doubt()
        #expect(endpoint() == paths[0].remote)
    }

    @Test("a lossy direct path loses to a clean relay")
    func loss() {
        var direct = proven("192.0.2.1:1", ms: 20)
        for index in 0..<10 {
            let sent = Int64(1_000 + 250 * index)
            direct.pinged(UInt64(200 + index), at: at(sent))
            if index % 2 == 1 { _ = direct.ponged(UInt64(200 + index), observed: nil, at: at(sent + 20)) }
            _ = direct.countMisses(at: at(sent + 249))
        }
        let paths = [direct, proven("203.0.113.1:1", relay: Self.relay, ms: 80)]
        #expect(direct.lossPct > Path.lossThatCounts)
        #expect(PathSelector.choose(paths, current: direct.remote, at: at(4_000)) == 1)
    }

    @Test("the relay for a pair is the one with the shortest whole way that answers")
    func relayEndpoint() {
        var paths = [
            proven("192.0.2.1:1", ms: 20), proven("203.0.113.1:1", relay: Bytes8(1), ms: 90),
            proven("203.0.113.2:1", relay: Bytes8(2), ms: 60),
        ]
        #expect(ConnectionCoordinator.relayEndpoint(paths, at: at(1_000)) == paths[2].remote)
        #expect(ConnectionCoordinator.relayEndpoint(paths, only: Bytes8(1), at: at(1_000)) == paths[1].remote)
        paths[2].doubt()
        #expect(ConnectionCoordinator.relayEndpoint(paths, at: at(1_000)) == paths[1].remote)
        #expect(ConnectionCoordinator.relayEndpoint(paths, only: Bytes8(3), at: at(1_000)) == nil)
    }

    @Test("punching gives every path ten checks, and a silent address no new ones within two seconds")
    func punching() {
        var paths = [Path(remote: end("192.0.2.1:1"), relay: nil)]
        NATTraversal.attemptHolePunch(&paths, at: at(0))
        #expect(paths[0].nextPing == at(0))
        paths[0].pinged(1, at: at(0))
        paths[0].nextPing = nil
        NATTraversal.attemptHolePunch(&paths, at: at(1_900))
        #expect(paths[0].nextPing == nil)
        NATTraversal.attemptHolePunch(&paths, at: at(2_000))
        #expect(paths[0].nextPing == at(2_000))
    }
}
