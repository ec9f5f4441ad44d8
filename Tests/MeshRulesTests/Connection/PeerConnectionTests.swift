import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("A pair finds its path")
struct PeerConnectionTests {
    @Test("both ends connect, directly, and only the chooser gave WireGuard a real endpoint")
    func connects() throws {
        var pair = try PairCarrier()
        pair.discover()
        pair.run(until: at(5_000))
        #expect(pair.ends.map(\.connection.phase) == [.connected, .connected])
        #expect(pair.ends[0].connection.current == pair.ends[1].address)
        #expect(pair.ends[1].connection.current == pair.ends[0].address)
        #expect(pair.ends[0].addedPeers.map(\.keepalive) == [.seconds(25)])
        #expect(pair.ends[1].addedPeers.map(\.endpoint) == [WireGuardPeer.dead])
        #expect(pair.ends[1].addedPeers.map(\.keepalive) == [nil])
    }

    @Test("a pair without a direct way connects through the relay")
    func relayed() throws {
        var pair = try PairCarrier(direct: false)
        pair.discover()
        pair.run(until: at(5_000))
        #expect(pair.ends.map(\.connection.phase) == [.connected, .connected])
        #expect(pair.ends.map(\.connection.currentPath?.relay) == [PairCarrier.relayID, PairCarrier.relayID])
    }

    @Test("candidates start a burst: ten checks 100 ms apart to a silent address, and no more")
    func burst() throws {
        var pair = try PairCarrier(direct: false)
        pair.signals = false
        let silent = pair.ends[1].address
        let list = try candidates(from: 1)
        pair.now = at(1_000)
        pair.deliver(list, from: nil, to: 0)
        pair.run(until: at(4_900))
        let times = pair.ends[0].sent.filter { $0.to == silent }.map { ($0.at - at(1_000)).milliseconds }
        #expect(times == [0, 100, 200, 300, 400, 500, 600, 700, 800, 900])
    }

    /// A list that `index` has sealed for the other end, as the control plane would bring it.
    private func candidates(from index: Int) throws -> [UInt8] {
        let pair = try TestPair()
        var session = try pair.session(ofChooser: index == 0, incarnation: 2)
        var step = Step(now: at(0), random: SeededRandom(seed: 3))
        let carrier = try PairCarrier()
        let message = CheckMessage(
            .candidates, transaction: 1, fields: carrier.ends[index].context.ownCandidates.fields)
        return session.seal(message, roster: pair.chooser.roster, &step)
    }

    @Test(
        "nothing is sent to addresses that can't be a peer's",
        arguments: [
            "127.0.0.1:51820", "224.0.0.1:51820", "169.254.1.1:51820", "10.66.0.9:51820", "192.0.2.9:0",
            "0.0.0.0:51820",
            "255.255.255.255:51820", "203.0.113.5:51822",
        ])
    func forbidden(endpoint: String) throws {
        var pair = try PairCarrier(direct: false)
        let members = try TestPair()
        var session = try members.session(ofChooser: false, incarnation: 2)
        var step = Step(now: at(0), random: SeededRandom(seed: 3))
        let list = CandidateList(
            nat: 1, mapping: 1, filtering: 1, candidates: [Candidate(kind: .host, endpoint: end(endpoint))])
        let message = CheckMessage(.candidates, transaction: 1, fields: list.fields)
        pair.deliver(session.seal(message, roster: members.chooser.roster, &step), from: nil, to: 0)
        pair.run(until: at(2_000))
        #expect(pair.ends[0].count(to: end(endpoint)) == 0)
    }

    @Test("a ping on an unproven path is answered and followed by an own ping; it proves nothing")
    func triggered() throws {
        var pair = try PairCarrier(relay: false)
        let members = try TestPair()
        var session = try members.session(ofChooser: true, incarnation: 2)
        var step = Step(now: at(0), random: SeededRandom(seed: 3))
        let source = pair.ends[0].address
        let ping = session.seal(CheckMessage(.ping, transaction: 5), roster: members.chooser.roster, &step)
        pair.cut = [.direct]
        pair.deliver(ping, from: source, to: 1)
        #expect(pair.ends[1].count(to: source) == 1)
        pair.run(until: at(10))
        #expect(pair.ends[1].count(to: source) == 2)
        #expect(pair.ends[1].connection.paths.map(\.provenAt) == [nil])
        #expect(pair.ends[1].addedPeers.isEmpty)
    }

    @Test("the chooser waits for the other end's flag, and adds its peer without one after two seconds")
    func waitsForFlag() throws {
        var pair = try PairCarrier()
        pair.discover()
        pair.run(until: at(5_000))
        func addedAt(_ index: Int) throws -> Instant {
            try #require(pair.ends[index].effects.first { if case .addPeer = $0.effect { true } else { false } }).at
        }
        let order = try [addedAt(1), addedAt(0)]
        #expect(order[0] < order[1])
        #expect(order[1] < at(500))
    }

    @Test("a chooser whose peer never says that it is ready adds it two seconds after the first pong")
    func impatient() throws {
        var pair = try PairCarrier(relay: false)
        pair.losesPingsOf = 1
        pair.discover()
        pair.run(until: at(1_900))
        #expect(pair.ends.map(\.addedPeers.isEmpty) == [true, true])
        pair.run(until: at(2_500))
        #expect(pair.ends[0].addedPeers.map(\.endpoint) == [pair.ends[1].address])
        #expect(pair.ends[1].addedPeers.isEmpty)
    }
}
