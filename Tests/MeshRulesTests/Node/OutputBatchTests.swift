import MeshWire
import Testing

@testable import MeshRules

@Suite("Two lanes")
struct OutputBatchTests {
    static let key = PublicKey(Array(repeating: 7, count: 32).span, at: 0)
    static let other = PublicKey(Array(repeating: 9, count: 32).span, at: 0)
    static let old = end("198.51.100.3:1")
    static let new = end("198.51.100.4:1")
    static let datagram = NodeOutput.transmit([1], to: old)
    static let event = NodeOutput.event(NodeEvent(.info, "party", "in"))
    static let roaming = Effect.guardRoaming(RoamingGuardRule(peer: key, indexes: [1], left: [old], wanted: new))
    static let moving = Effect.setEndpoint(new, of: key)
    static let adding = Effect.addPeer(
        WireGuardPeer(
            publicKey: key, presharedKey: Bytes32(), endpoint: new, allowedIP: address("10.66.0.2"), keepalive: nil))

    /// What stands before a datagram, and whether the datagram waits for it.
    static let preceding: [(output: NodeOutput, waits: Bool)] = [
        (.effect(.store(.lastPath(PeerID(), old))), false),
        (.effect(.store(.pin(PeerID(), relay: nil))), false),
        (.effect(.store(.card(PeerID(), [1]))), false),
        (.effect(.store(.roster([1]))), true),
        (.effect(.store(.newestRoster([1]))), true),
        (.effect(.store(.incarnation(2))), true),
        (.effect(.configureInterface(nil)), false),
        (.effect(.control(.heartbeat)), false),
        (.effect(.endGuard(key)), false),
        (.effect(.removePeer(key)), false),
        (.effect(.sampleWireGuard), false),
        (.effect(.echo(PeerID(), address("10.66.0.2"))), false),
        (.effect(adding), true),
        (.effect(roaming), true),
        (.effect(moving), true),
        (event, false),
    ]

    @Test("a sample is out of date while a change of WireGuard's peers waits, and never because of other samples")
    func samples() {
        let sample = NodeOutput.effect(.sampleWireGuard)
        #expect(OutputBatch([sample, Self.event, sample]).isSample)
        #expect(!OutputBatch([sample, Self.event]).changesWireGuard)
        for change in [Self.adding, Self.moving, .removePeer(Self.key)] {
            let batch = OutputBatch([.effect(change), sample])
            #expect(!batch.isSample && batch.changesWireGuard)
        }
        #expect(!OutputBatch([Self.event]).isSample)
        #expect(!OutputBatch([.effect(.store(.roster([1]))), .effect(.control(.heartbeat))]).changesWireGuard)
    }

    @Test("a datagram waits for what it tells of, and for nothing else", arguments: preceding)
    func order(_ output: NodeOutput, _ waits: Bool) {
        var batch = OutputBatch([output, Self.datagram])
        #expect(batch.immediate.contains(Self.datagram) != waits)
        #expect(batch.carryOut().contains(.transmit([1], to: Self.old)) == waits)
        // One that comes first never waits.
        #expect(OutputBatch([Self.datagram, output]).immediate.contains(Self.datagram))
    }

    @Test("the records of one input go in one transaction, before what relies on them")
    func oneTransaction() {
        let configure = Effect.configureInterface(nil)
        var batch = OutputBatch([
            .effect(.store(.lastPath(PeerID(), Self.old))), .effect(Self.moving), .effect(.store(.roster([1]))),
            .effect(configure), .effect(.store(.card(PeerID(), [2]))), .answer(.left),
        ])
        #expect(batch.answers == [.left])
        #expect(
            batch.carryOut() == [
                .effect(Self.moving),
                .store([.lastPath(PeerID(), Self.old), .roster([1]), .card(PeerID(), [2])]), .effect(configure),
            ])
        var path = OutputBatch([.effect(.store(.lastPath(PeerID(), Self.old))), .effect(Self.moving)])
        #expect(path.carryOut() == [.effect(Self.moving), .store([.lastPath(PeerID(), Self.old)])])
    }

    @Test("a party that is not stored is not told as joined, and every record of it counts as lost")
    func halfStored() {
        let joined = CommandAnswer.joined(partyName: "p", invite: nil)
        let records: [Record] = [.roster([1]), .card(PeerID(), [2])]
        var batch = OutputBatch(records.map { .effect(.store($0)) } + [.answer(joined)])
        #expect(batch.carryOut(failing: [0]) == [.store(records)])
        #expect(batch.failures == [OutputBatch.Failure(effects: records.map { .store($0) }, why: "why")])
        #expect(batch.outcome(of: joined) == .refused(.notStored("why")))
        #expect(batch.outcome(of: .refused(.busy)) == .refused(.busy))
    }

    @Test("only what a command promises fails it")
    func outcome() {
        for (effect, outcome) in [
            (Effect.configureInterface(nil), CommandAnswer.refused(.incomplete("why"))), (Self.moving, .pinned),
        ] {
            var batch = OutputBatch([.effect(effect)])
            _ = batch.carryOut(failing: [0])
            #expect(batch.outcome(of: .pinned) == outcome)
        }
        #expect(OutputBatch([.effect(Self.moving)]).outcome(of: .pinned) == .pinned)
    }

    @Test("without its guard an endpoint does not move, nothing is acknowledged, and other pairs go on")
    func guardFails() {
        let others = Effect.setEndpoint(Self.new, of: Self.other)
        var batch = OutputBatch([.effect(Self.roaming), .effect(Self.moving), Self.datagram, .effect(others)])
        #expect(batch.carryOut(failing: [0]) == [.effect(Self.roaming), .effect(others)])
        #expect(batch.failures == [OutputBatch.Failure(effects: [Self.roaming, Self.moving], why: "why")])
    }
}

extension OutputBatch {
    /// Carries out the ordered lane; the pieces at these positions fail.
    fileprivate mutating func carryOut(failing: [Int] = []) -> [Work] {
        var done: [Work] = []
        while let work = next() {
            if failing.contains(done.count) { failed("why") }
            done.append(work)
        }
        return done
    }
}
