import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("A member who means no good, and one who is unlucky")
struct HostilePeerTests {
    let members: TestPair
    var pair: PairCarrier
    var session: CheckSession
    var random = SeededRandom(seed: 61)

    init() throws {
        members = try TestPair()
        pair = try PairCarrier(relay: false)
        pair.cut = [.direct]
        session = try members.session(ofChooser: true, incarnation: 2)
    }

    private mutating func check(_ message: CheckMessage) -> [UInt8] {
        var step = Step(now: pair.now, random: random.fork())
        return session.seal(message, roster: members.chooser.roster, &step)
    }

    @Test("pongs to questions that were never asked prove nothing")
    mutating func unaskedPong() {
        let source = pair.ends[0].address
        pair.deliver(check(CheckMessage(.ping, transaction: 1)), from: source, to: 1)
        for transaction in [0, 1, 7, UInt64.max] {
            pair.deliver(check(CheckMessage(.pong, flags: 3, transaction: transaction)), from: source, to: 1)
        }
        pair.run(until: at(3_000))
        #expect(pair.ends[1].connection.paths.map(\.provenAt) == [nil])
        #expect(pair.ends[1].addedPeers.isEmpty)
    }

    @Test("pings that show ever new addresses cost neither memory nor a storm of answers")
    mutating func manyAddresses() {
        for index in 0..<500 {
            let source = Endpoint(IPAddress(v4: 0xc633_6400 + UInt32(index % 250)), UInt16(10_000 + index))
            pair.deliver(check(CheckMessage(.ping, transaction: UInt64(index))), from: source, to: 1)
        }
        #expect(pair.ends[1].connection.paths.count <= 32)
        let answers = pair.ends[1].sent.count
        #expect(answers <= 500)
        pair.run(until: at(10_000))
        #expect(pair.ends[1].sent.count - answers <= 32 * 10)
    }

    @Test("the same candidates again and again, to an address that never answers: ten checks each two seconds at most")
    mutating func storm() throws {
        let victim = end("198.51.100.200:9")
        let fields = CandidateList(
            nat: 1, mapping: 1, filtering: 1, candidates: [Candidate(kind: .host, endpoint: victim)]
        ).fields
        for turn in 0..<100 {
            pair.run(until: at(Int64(turn) * 100))
            pair.deliver(check(CheckMessage(.candidates, transaction: UInt64(turn), fields: fields)), from: nil, to: 1)
        }
        pair.run(until: at(10_000))
        #expect(pair.ends[1].count(to: victim) <= 60)
    }

    @Test("a SWITCH to a path that does not answer is refused after a second, and nothing moves")
    mutating func switchToNowhere() throws {
        var pair = try PairCarrier(relay: false)
        pair.discover()
        pair.run(until: at(5_000))
        let before = pair.ends[1].connection.current
        // The real chooser's session, so that the echo fits; the path exists only in what it says.
        let nowhere = end("192.0.2.200:4000")
        let now = pair.now
        var datagram: [UInt8] = []
        pair.act(0) { connection, context, step in
            datagram = connection.session.seal(
                CheckMessage(.switchPath, transaction: 99), roster: context.roster, &step)
        }
        pair.deliver(datagram, from: nowhere, to: 1)
        pair.run(for: .milliseconds(1_100))
        #expect(pair.ends[1].connection.current == before)
        let effects = pair.ends[1].effects.filter { $0.at >= now }
        #expect(!effects.contains { if case .setEndpoint(nowhere, _) = $0.effect { true } else { false } })
        #expect(pair.ends[1].count(to: nowhere, from: now) >= 2)
    }

    @Test("nonsense in candidates is passed over: an unknown kind, a field cut short")
    mutating func nonsense() {
        for fields in [[Field(type: 2, value: [9] + [UInt8](repeating: 1, count: 18))], [Field(type: 1, value: [1])]] {
            pair.deliver(check(CheckMessage(.candidates, transaction: 1, fields: fields)), from: nil, to: 1)
        }
        #expect(pair.ends[1].connection.paths.isEmpty)
        #expect(pair.ends[1].connection.phase == .discovering)
    }

    @Test("a relay that repeats each end's newest list again and again can't hold the pair")
    mutating func repeatedList() throws {
        pair = try PairCarrier(direct: false)
        pair.discover()
        pair.run(until: at(25_000))
        #expect(pair.ends.map(\.connection.currentPath?.kind) == [.relay, .relay])
        pair.cut = []
        for _ in 0..<800 {
            pair.run(for: .milliseconds(50))
            for index in 0...1 {
                if let list = pair.ends[1 - index].list { pair.deliver(list, from: PairCarrier.relay, to: index) }
            }
        }
        #expect(pair.ends.map(\.connection.currentPath?.kind) == [.direct, .direct])
    }
}
