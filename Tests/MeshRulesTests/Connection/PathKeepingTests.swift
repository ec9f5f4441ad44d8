import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("A pair keeps a path")
struct PathKeepingTests {
    private func connected(
        direct: Bool = true, relay: Bool = true, busy: Bool = false, pins: [Bytes8?] = [nil, nil]
    ) throws -> PairCarrier {
        var pair = try PairCarrier(direct: direct, relay: relay, pins: pins)
        pair.isBusy = busy
        pair.discover()
        pair.run(until: at(10_000))
        #expect(pair.ends.map(\.connection.phase) == [.connected, .connected])
        return pair
    }

    @Test(
        "a path that falls silent under traffic is left within two seconds, by both ends",
        arguments: [0, 130, 260, 390])
    func leavesSilentPath(offset: Int64) throws {
        var pair = try connected(busy: true)
        #expect(pair.ends.map(\.connection.currentPath?.kind) == [.direct, .direct])
        pair.run(for: .milliseconds(offset))
        pair.cut = [.direct]
        pair.run(for: .seconds(2))
        #expect(pair.ends.map(\.connection.current) == [PairCarrier.relay, PairCarrier.relay])
        #expect(pair.ends.map(\.wgEndpoint) == [PairCarrier.relay, PairCarrier.relay])
    }

    @Test("a silent path is left while idle as well, before the next measurement is due")
    func leavesSilentPathIdle() throws {
        var pair = try connected()
        pair.cut = [.direct]
        pair.run(for: .seconds(20))
        #expect(pair.ends[0].connection.current == PairCarrier.relay)
    }

    @Test("the direct path takes over again after it was mended")
    func returnsToDirect() throws {
        var pair = try connected(busy: true)
        pair.cut = [.direct]
        pair.run(for: .seconds(3))
        pair.cut = []
        pair.run(for: .seconds(35))
        #expect(pair.ends.map(\.connection.currentPath?.kind) == [.direct, .direct])
        #expect(pair.ends.map(\.wgEndpoint) == [pair.ends[1].address, pair.ends[0].address])
    }

    @Test("an idle pair with two warm paths sends fewer than 20 packets a minute each way")
    func idle() throws {
        var pair = try connected()
        pair.run(until: at(60_000))
        let before = pair.ends.map(\.sent.count)
        pair.run(until: at(120_000))
        for (index, count) in before.enumerated() {
            #expect(pair.ends[index].sent.count - count < 20)
            #expect(pair.ends[index].count(to: PairCarrier.relay, from: at(60_000)) > 0)
        }
        #expect(pair.ends.map(\.connection.phase) == [.connected, .connected])
    }

    @Test("the guard is in force before WireGuard's endpoint moves, at each change of path")
    func guardFirst() throws {
        var pair = try connected(busy: true)
        for cut in [[PathKind.direct], [], [.direct]] {
            pair.cut = cut
            pair.run(for: .seconds(40))
        }
        for end in pair.ends {
            var isGuarded = false
            var moves = 0
            for (_, effect) in end.effects {
                switch effect {
                case .guardRoaming: isGuarded = true
                case .endGuard: isGuarded = false
                case .setEndpoint(let endpoint, _) where endpoint != WireGuardPeer.dead:
                    moves += 1
                    #expect(isGuarded)
                default: break
                }
            }
            #expect(moves >= 3)
        }
    }

    @Test(
        "without any path: three attempts, failed, a try each 30 s; after 5 min WireGuard forgets the peer, the tries go on"
    )
    func fails() throws {
        var pair = try connected()
        pair.cut = [.direct, .relay]
        pair.signals = false
        pair.run(for: .seconds(60))
        #expect(pair.ends.map(\.connection.phase) == [.failed, .failed])
        #expect(pair.ends.map(\.hasPeer) == [true, true])
        pair.run(for: .seconds(360))
        #expect(pair.ends.map(\.hasPeer) == [false, false])
        let until = pair.now
        pair.run(for: .seconds(31))
        #expect(pair.ends[0].count(to: PairCarrier.relay, from: until) >= 10)
        pair.cut = []
        pair.run(for: .seconds(40))
        #expect(pair.ends.map(\.connection.phase) == [.connected, .connected])
    }

    @Test("the clean-up comes also when candidates still arrive through the control plane")
    func cleansUpThoughSignalled() throws {
        var pair = try connected()
        pair.cut = [.direct, .relay]
        pair.run(for: .seconds(420))
        #expect(pair.ends.map(\.hasPeer) == [false, false])
    }

    // MARK: - Roaming

    private func roam(_ pair: inout PairCarrier, _ index: Int, to endpoint: Endpoint) {
        pair.ends[index].wgEndpoint = endpoint
        pair.sample(index)
    }

    @Test("an address that roaming has brought is adopted and checked at once", arguments: [0, 1])
    func adopts(index: Int) throws {
        var pair = try connected()
        let fresh = end("198.51.100.77:40000")
        let start = pair.now
        roam(&pair, index, to: fresh)
        #expect(pair.ends[index].connection.current == fresh)
        pair.run(for: .milliseconds(1))
        #expect(pair.ends[index].count(to: fresh, from: start) >= 1)
        let sets = pair.ends[index].effects.filter {
            if case .setEndpoint = $0.effect { $0.at >= start } else { false }
        }
        #expect(sets.isEmpty)
    }

    @Test("roaming back to a path just left is undone")
    func undoes() throws {
        var pair = try connected(busy: true)
        let direct = try #require(pair.ends[0].connection.current)
        pair.cut = [.direct]
        pair.run(for: .seconds(2))
        #expect(pair.ends[0].connection.current == PairCarrier.relay)
        roam(&pair, 0, to: direct)
        #expect(pair.ends[0].connection.current == PairCarrier.relay)
        #expect(pair.ends[0].wgEndpoint == PairCarrier.relay)
    }

    // MARK: - Pins

    private func pin(_ pair: inout PairCarrier, _ index: Int, _ relay: Bytes8?) {
        pair.act(index) { $0.pin(relay, $1, &$2) }
        pair.run(for: .seconds(8))
    }

    @Test("either end pins the relay and releases it: both move and both know whose choice it is", arguments: [0, 1])
    func pins(index: Int) throws {
        var pair = try connected()
        pin(&pair, index, PairCarrier.relayID)
        #expect(pair.ends.map(\.connection.current) == [PairCarrier.relay, PairCarrier.relay])
        let expected = (0...1).map { PinStatus(relayID: PairCarrier.relayID, by: $0 == index ? .me : .peer) }
        #expect(pair.ends.map(\.connection.pin) == expected)
        pin(&pair, index, nil)
        #expect(pair.ends.map(\.connection.currentPath?.kind) == [.direct, .direct])
        #expect(pair.ends.map(\.connection.pin) == [nil, nil])
    }

    @Test("a pin of the relay that is in use anyway is known at both ends", arguments: [0, 1])
    func pinInUse(index: Int) throws {
        var pair = try connected(direct: false)
        pin(&pair, index, PairCarrier.relayID)
        #expect(pair.ends.map(\.connection.pin?.by) == (index == 0 ? [.me, .peer] : [.peer, .me]))
        pin(&pair, index, nil)
        #expect(pair.ends.map(\.connection.pin) == [nil, nil])
    }

    @Test("the pair does not move to a relay that has not confirmed the chooser's indexes")
    func waitsForRelay() throws {
        var pair = try connected(busy: true)
        pair.ends[0].isAnnounced = false
        pair.act(0) { $0.pin(PairCarrier.relayID, $1, &$2) }
        pair.run(for: .milliseconds(900))
        #expect(pair.ends.map(\.connection.currentPath?.kind) == [.direct, .direct])
        pair.ends[0].isAnnounced = true
        pair.run(for: .milliseconds(500))
        #expect(pair.ends.map(\.connection.currentPath?.kind) == [.relay, .relay])
    }

    @Test("a pinned relay that fails is left, and taken again when it is back")
    func pinSurvives() throws {
        var pair = try connected(busy: true)
        pin(&pair, 0, PairCarrier.relayID)
        pair.cut = [.relay]
        pair.run(for: .seconds(3))
        #expect(pair.ends.map(\.connection.currentPath?.kind) == [.direct, .direct])
        pair.cut = []
        pair.run(for: .seconds(60))
        #expect(pair.ends.map(\.connection.currentPath?.kind) == [.relay, .relay])
    }

    @Test("a stored pin brings the pair to the relay from the start")
    func storedPin() throws {
        let pair = try connected(pins: [PairCarrier.relayID, nil])
        #expect(pair.ends.map(\.connection.currentPath?.kind) == [.relay, .relay])
    }
}
