import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("Whether a copy of this machine runs") struct CloneWatchTests {
    @Test("three streams taken within a minute are no chance, three within two minutes are")
    func streams() {
        var quick = CloneWatch()
        for second in [0, 5, 59] as [Int64] { quick.streamTaken(at: at(second * 1_000)) }
        #expect(quick.suspects(at: at(59_000)))
        #expect(!quick.suspects(at: at(61_000)))
        var slow = CloneWatch()
        for second in [0, 40, 80, 120] as [Int64] {
            slow.streamTaken(at: at(second * 1_000))
            #expect(!slow.suspects(at: at(second * 1_000)))
        }
    }

    @Test("a higher card that is met again before our own stood there is one meeting: a folder that was set back")
    func meetings() {
        var watch = CloneWatch()
        for second in [0, 5, 10, 20] as [Int64] { watch.metHigher(at: at(second * 1_000)) }
        #expect(!watch.suspects(at: at(20_000)))
        watch.stood()
        watch.metHigher(at: at(30_000))
        #expect(watch.suspects(at: at(30_000)))
    }

    @Test("the control plane is asked at most each five seconds")
    func pace() {
        var watch = CloneWatch()
        for _ in 0..<3 { watch.streamTaken(at: at(0)) }
        let asked = (0..<20).filter { watch.asks(at: at(Int64($0) * 500)) }
        #expect(asked == [0, 10])
    }
}

@Suite("A node and its own row") struct OwnRowTests {
    @Test("the own row that was asked for is no list of all: nobody is forgotten", arguments: [true, false])
    func noList(isReturning: Bool) throws {
        let (party, anna, ben) = (try TestParty(), try TestPerson.anna(), try TestPerson.ben())
        var node = try TestNode.member(anna, of: party)
        node.give(.event(.peer(TestServer.info(try party.card(ben)))))
        for _ in 0..<CloneWatch.streams { node.give(.eventsTaken, at: at(1_000)) }
        let question = ControlRequest.discoverPeer(anna.id)
        #expect(node.takeRequests().filter { $0 == question } == [question])
        if isReturning { node.give(.control(.heartbeat, .refused(.unauthorised)), at: at(2_000)) }
        let own = try #require(node.node.membership?.ownCard)
        node.give(.control(question, .peers([TestServer.info(own)])), at: at(3_000))
        #expect(node.node.peers.map(\.id) == [ben.id])
        #expect(node.node.snapshot(now: at(3_000)).node.problem == nil)
    }

    @Test("an older run of a copy keeps the party, a later one yields, and a card that others signed moves nothing")
    func decides() throws {
        let (party, anna) = (try TestParty(), try TestPerson.anna())
        func other(started: UInt64, keys: EpochKeys) throws -> PeerInfo {
            TestServer.info(
                try Card.make(
                    party: party.party, keys: keys, sequence: 900 << 32, identity: anna.identity, wg: anna.wg,
                    ipv4: anna.ipv4, name: "anna", started: started))
        }
        let question = ControlRequest.discoverPeer(anna.id)
        // The node of the tests has no start time, so every other run began later.
        for (started, isForged, yields) in [(7, false, false), (0, false, true), (7, true, false)]
            as [(UInt64, Bool, Bool)]
        {
            var node = try TestNode.member(anna, of: party)
            for _ in 0..<CloneWatch.streams { node.give(.eventsTaken, at: at(1_000)) }
            _ = node.take()
            let keys = isForged ? try TestParty(seed: 9).keys : party.keys
            node.give(.control(question, .peers([try other(started: started, keys: keys)])), at: at(2_000))
            let outputs = node.take()
            #expect((node.node.snapshot(now: at(2_000)).node.problem != nil) == yields)
            #expect(outputs.contains(.effect(.useControl(nil, party: party.party))) == yields)
            #expect(outputs.contains(.effect(.store(.forgetParty))) == false)
            let rejoins = outputs.contains(
                .effect(.control(.begin(identity: anna.identity.publicKey, g0: nil))))
            #expect(rejoins == (!yields && !isForged))
        }
    }
}
