import MeshRules
import MeshTestKit
import MeshWire
import Testing

@Suite("The model of WireGuard") struct WireGuardModelTests {
    @Test("a packet waits for the handshake and then arrives")
    func handshake() throws {
        var pair = WireGuardPair(delay: .milliseconds(20))
        pair.add(0, endpoint: pair.ends[1], keepalive: nil)
        pair.add(1, endpoint: WireGuardPeer.dead, keepalive: nil)
        pair.send(from: 0)
        pair.run(for: .milliseconds(59))
        #expect(pair.received == [0, 0])
        pair.run(for: .milliseconds(2))
        #expect(pair.received == [0, 1])
        pair.send(from: 1)
        pair.run(for: .milliseconds(21))
        #expect(pair.received == [1, 1])
    }

    @Test("unlike preshared keys let nothing through")
    func presharedKey() {
        var pair = WireGuardPair(delay: .milliseconds(20))
        pair.add(0, endpoint: pair.ends[1], keepalive: nil)
        pair.add(
            1, endpoint: WireGuardPeer.dead, keepalive: nil, presharedKey: Bytes32([UInt8](repeating: 9, count: 32)))
        pair.send(from: 0)
        pair.run(for: .seconds(60))
        #expect(pair.received == [0, 0])
    }

    @Test("the initiator begins a new handshake after two minutes and no packet is lost over it")
    func rekey() {
        var pair = WireGuardPair(delay: .milliseconds(20))
        pair.add(0, endpoint: pair.ends[1], keepalive: .seconds(25))
        pair.add(1, endpoint: WireGuardPeer.dead, keepalive: nil)
        pair.run(for: .seconds(1))
        for _ in 0..<300 {
            pair.send(from: 0)
            pair.send(from: 1)
            pair.run(for: .seconds(1))
        }
        #expect(pair.received == [300, 300])
        #expect(pair.initiations == [3, 0])
    }

    @Test("handshakes that cross under traffic settle on different sessions, again and again")
    func crossing() {
        var pair = WireGuardPair(delay: .milliseconds(20))
        for end in 0...1 { pair.add(end, endpoint: pair.ends[1 - end], keepalive: nil) }
        for _ in 0..<100 {
            for end in 0...1 { pair.send(from: end) }
            pair.run(for: .milliseconds(100))
        }
        #expect(pair.initiations == [2, 2])
        #expect(pair.received[0] < 100 && pair.received[1] < 100)
    }

    @Test("the endpoint follows the last authentic packet, unless a guard holds it", arguments: [false, true])
    func roaming(guarded: Bool) throws {
        var pair = WireGuardPair(delay: .milliseconds(20))
        pair.add(0, endpoint: pair.ends[1], keepalive: .seconds(25))
        pair.add(1, endpoint: WireGuardPeer.dead, keepalive: nil)
        pair.run(for: .seconds(1))
        let wanted = Endpoint(IPAddress(v4: 0xc000_0209), 7)
        if guarded { pair.guardRoaming(0, left: pair.ends[1], wanted: wanted) }
        pair.machines[0].setEndpoint(wanted, of: pair.machines[1].publicKey)
        pair.send(from: 1)
        pair.run(for: .milliseconds(25))
        let sample = try #require(pair.machines[0].samples(now: pair.now).first)
        #expect(sample.endpoint == (guarded ? wanted : pair.ends[1]))
        #expect(sample.guardHits == (guarded ? 1 : nil))
    }

    @Test("without an answer for fifteen seconds a new handshake is tried, and after ninety it is given up")
    func silence() {
        var pair = WireGuardPair(delay: .milliseconds(20))
        pair.add(0, endpoint: pair.ends[1], keepalive: nil)
        pair.add(1, endpoint: WireGuardPeer.dead, keepalive: nil)
        pair.send(from: 0)
        pair.run(for: .seconds(12))
        pair.isCut = true
        pair.send(from: 0)
        let before = pair.initiations[0]
        pair.run(for: .seconds(14))
        #expect(pair.initiations[0] == before)
        pair.run(for: .seconds(2))
        #expect(pair.initiations[0] == before + 1)
        pair.run(for: .seconds(300))
        #expect(pair.initiations[0] == before + 19)
    }
}
