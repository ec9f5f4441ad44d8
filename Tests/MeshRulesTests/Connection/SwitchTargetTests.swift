import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("Where a SWITCH leads")
struct SwitchTargetTests {
    let members: TestPair
    var pair: PairCarrier
    var session: CheckSession
    var random = SeededRandom(seed: 62)

    init() throws {
        members = try TestPair()
        pair = try PairCarrier()
        pair.discover()
        pair.run(until: at(10_000))
        // The chooser's own session, so that a test speaks in its name.
        session = pair.ends[0].connection.session
    }

    /// A SWITCH of the chooser that arrives from `source`.
    private mutating func ask(from source: Endpoint, observed: Endpoint?, flags: UInt8 = 0) {
        session = pair.ends[0].connection.session
        var step = Step(now: pair.now, random: random.fork())
        let message = CheckMessage(.switchPath, flags: flags, transaction: random.next(), observed: observed)
        let datagram = session.seal(message, roster: members.chooser.roster, &step)
        pair.ends[0].connection.session = session
        pair.deliver(datagram, from: source, to: 1)
    }

    @Test("the receiver moves to where the peer says, though the question came from elsewhere; the answer goes back")
    mutating func observedCounts() {
        let detour = end("192.0.2.99:7")
        let before = pair.ends[1].count(to: detour)
        ask(from: detour, observed: PairCarrier.relay)
        #expect(pair.ends[1].wgEndpoint == PairCarrier.relay)
        #expect(pair.ends[1].count(to: detour) == before + 1)
    }

    @Test("where the peer says nothing, the question's own way counts")
    mutating func unknown() {
        ask(from: PairCarrier.relay, observed: nil)
        #expect(pair.ends[1].wgEndpoint == PairCarrier.relay)
    }

    @Test("a place that is not proven is asked first; nothing moves when it does not answer")
    mutating func unproven() {
        let before = pair.ends[1].wgEndpoint
        let elsewhere = end("192.0.2.98:7")
        ask(from: PairCarrier.relay, observed: elsewhere)
        let answers = pair.ends[1].count(to: PairCarrier.relay)
        pair.run(for: .milliseconds(1_100))
        #expect(pair.ends[1].count(to: elsewhere) > 0)
        #expect(pair.ends[1].count(to: PairCarrier.relay) > answers)
        #expect(pair.ends[1].wgEndpoint == before)
    }

    @Test("a pin is known by the relay that the peer names")
    mutating func pin() {
        ask(from: PairCarrier.relay, observed: PairCarrier.relay, flags: 1)
        #expect(pair.ends[1].connection.peerPin == PairCarrier.relayID)
    }

    @Test("an address that can't be a peer's moves nothing", arguments: ["127.0.0.1:5", "10.66.0.9:5"])
    mutating func forbidden(place: String) {
        let before = pair.ends[1].wgEndpoint
        ask(from: PairCarrier.relay, observed: end(place))
        pair.run(for: .seconds(2))
        #expect(pair.ends[1].wgEndpoint == before)
        #expect(pair.ends[1].count(to: end(place)) == 0)
    }
}
