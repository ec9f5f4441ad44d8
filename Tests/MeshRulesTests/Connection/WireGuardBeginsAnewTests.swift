import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("WireGuard begins anew")
struct WireGuardBeginsAnewTests {
    private func connected(direct: Bool = true) throws -> PairCarrier {
        var pair = try PairCarrier(direct: direct)
        pair.discover()
        pair.run(until: at(10_000))
        #expect(pair.ends.map(\.connection.phase) == [.connected, .connected])
        return pair
    }

    private func count(_ end: PairCarrier.End, since: Instant, _ matches: (Effect) -> Bool) -> Int {
        end.effects.count { $0.at >= since && matches($0.effect) }
    }

    private func isRemoval(_ effect: Effect) -> Bool { if case .removePeer = effect { true } else { false } }

    @Test("after the other end's WireGuard was restarted the chooser begins a handshake at once")
    func otherEnd() throws {
        var pair = try connected()
        let then = pair.now
        pair.ends[1].handshakeAt = nil
        pair.act(1) { peer, _, step in peer.wireGuardRestarted(&step) }
        #expect(pair.ends[1].wgEndpoint == WireGuardPeer.dead)
        pair.run(for: .milliseconds(500))
        #expect(count(pair.ends[0], since: then, isRemoval) == 1)
        #expect(count(pair.ends[1], since: then, isRemoval) == 0)
        pair.run(for: .seconds(2))
        #expect(pair.ends.map(\.connection.link.hasHandshake) == [true, true])
        #expect(pair.ends[1].wgEndpoint == pair.ends[0].address)
    }

    @Test("the chooser's own restart leaves its endpoint, and its flags say that there was no handshake")
    func chooser() throws {
        var pair = try connected()
        let before = pair.ends[0].wgEndpoint
        pair.ends[0].handshakeAt = nil
        pair.act(0) { peer, _, step in peer.wireGuardRestarted(&step) }
        #expect(pair.ends[0].wgEndpoint == before)
        #expect(pair.ends[0].connection.link.flags == 3)
        #expect(!pair.ends[0].connection.link.hasHandshake)
    }

    @Test("a peer that WireGuard does not have is not touched by its restart")
    func notAdded() throws {
        var pair = try PairCarrier()
        pair.act(1) { peer, _, step in peer.wireGuardRestarted(&step) }
        #expect(pair.ends[1].effects.isEmpty)
        #expect(pair.ends[1].sent.isEmpty)
    }

    @Test("an index that another holds on the relay in use is given up once, and the pair is back", arguments: [0, 1])
    func rekeys(end: Int) throws {
        var pair = try connected(direct: false)
        let then = pair.now
        for _ in 0..<5 {
            pair.act(end) { $0.rekey(because: PairCarrier.relayID, $1, &$2) }
            pair.run(for: .seconds(4))
        }
        #expect(count(pair.ends[end], since: then, isRemoval) == 1)
        #expect(pair.ends.map(\.connection.link.hasHandshake) == [true, true])
        #expect(pair.ends.map(\.connection.phase) == [.connected, .connected])
        pair.run(for: .seconds(30))
        pair.act(end) { $0.rekey(because: PairCarrier.relayID, $1, &$2) }
        #expect(count(pair.ends[end], since: then, isRemoval) == 2)
    }

    @Test("a conflict on a relay that the pair does not use leaves WireGuard alone")
    func unusedRelay() throws {
        var pair = try connected()
        let then = pair.now
        for end in 0...1 { pair.act(end) { $0.rekey(because: PairCarrier.relayID, $1, &$2) } }
        pair.run(for: .seconds(5))
        for end in pair.ends { #expect(count(end, since: then, isRemoval) == 0) }
    }
}
