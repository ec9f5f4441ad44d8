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
}
