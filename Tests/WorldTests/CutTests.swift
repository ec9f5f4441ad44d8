import MeshRules
import MeshTestKit
import Testing

@Suite("A cut path") struct CutTests {
    @Test(
        "a cut direct path is left within two seconds under traffic, and taken again when it is mended",
        arguments: [false, true])
    func cutAndMended(oneWay: Bool) throws {
        var world = try Scene.pair(.portRestricted, .portRestricted, by: .direct)
        let flows = world.addFlows(between: 0, and: 1, every: .milliseconds(10), for: .seconds(300))
        world.run(for: .seconds(10))
        world.apply(.cut(0, 1, oneWay: oneWay))
        let left = world.run(upTo: .seconds(10), pace: .milliseconds(20)) { $0.isConnected(0, 1, by: .relay) }
        #expect(try #require(left, "\(world.picture)") <= .seconds(2))
        world.run(for: .seconds(2))
        for flow in flows { #expect(world.flows[flow].longestSilence <= .seconds(2)) }
        world.run(for: .seconds(20))
        world.apply(.mend(0, 1))
        let back = world.run(upTo: .seconds(60)) { $0.isConnected(0, 1, by: .direct) }
        #expect(back != nil, "\(world.picture)")
        #expect(world.violations == [])
    }

    @Test("a NAT that was restarted is followed to its new address")
    func rebootedNAT() throws {
        var world = try Scene.pair(.portRestricted, .fullCone, by: .direct)
        world.addFlows(between: 0, and: 1, every: .milliseconds(20), for: .seconds(120))
        world.run(for: .seconds(5))
        world.apply(.rebootNAT(0))
        world.run(for: .seconds(60))
        #expect(world.isConnected(0, 1, by: .direct), "\(world.picture)")
        for flow in world.flows { #expect(world.flows.count == 2 && flow.longestSilence <= .seconds(3)) }
        #expect(world.violations == [])
    }

    @Test("a relay that was restarted carries the pair again without a handshake")
    func restartedRelay() throws {
        var world = try Scene.pair(.symmetric, .symmetric, by: .relay)
        world.addFlows(between: 0, and: 1, every: .milliseconds(20), for: .seconds(30))
        world.run(for: .seconds(5))
        world.apply(.restartRelay(0))
        world.run(for: .seconds(20))
        #expect(world.isConnected(0, 1, by: .relay), "\(world.picture)")
        for flow in world.flows { #expect(flow.longestSilence <= .seconds(2)) }
        #expect(world.violations == [])
    }

    /// The relay has not seen the handshake before and knows its indexes from HELLO alone. The answering end is started at
    /// another fraction of a second each time, so that the next handshake falls elsewhere between two looks at WireGuard.
    @Test(
        "renewed keys lose no packet on a relay that the pair has moved to",
        arguments: stride(from: 0, to: 1_000, by: 125).map(\.self))
    func rekeyThroughRelay(phase: Int) throws {
        var world = try Scene.pair(
            .portRestricted, .portRestricted, by: .direct, link: Link(delay: .milliseconds(100)))
        let chooser = world.machines[0].publicKey < world.machines[1].publicKey ? 0 : 1
        world.stop(1 - chooser)
        world.run(for: .seconds(10) + .milliseconds(phase))
        world.start(1 - chooser)
        let took = world.run(upTo: .seconds(20)) { $0.isConnected(0, 1, by: .direct) }
        #expect(took != nil, "\(world.picture)")
        world.run(for: .seconds(105))
        let peer = try #require(world.peerID(of: 1 - chooser, seenBy: chooser))
        world.command(.pinRelay(peer, relay: world.relays[0].id), chooser)
        world.run(for: .seconds(5))
        let flows = world.addFlows(between: 0, and: 1, every: .milliseconds(5), for: .seconds(20))
        world.run(for: .seconds(22))
        #expect(world.isConnected(0, 1, by: .relay), "\(world.picture)")
        for flow in flows { #expect(world.flows[flow].missing == 0) }
        #expect(world.violations == [])
    }
}
