import MeshRules
import MeshTestKit
import Testing

@Suite("Effects that fail") struct FailedEffectTests {
    /// Records, peers, endpoints, guards and the interface: each seed makes others of them fail.
    @Test(
        "machines that fail at a third of all changes are connected when they work again, and have lost no record",
        arguments: 1...8 as ClosedRange<UInt64>)
    func thirdFails(seed: UInt64) throws {
        var world = try Scene.party([.portRestricted, .portRestricted], seed: seed)
        for machine in 0..<2 { world.apply(.failEffects(machine, percent: 33)) }
        world.run(for: .seconds(60))
        for machine in 0..<2 { world.apply(.failEffects(machine, percent: 0)) }
        let took = world.run(upTo: .seconds(60)) { $0.isConnected(0, 1) }
        #expect(took != nil, "\(world.picture)")
        // Everything that is owed is tried within a minute and a half.
        world.run(for: .seconds(90))
        world.apply(.controlDown(true))
        for machine in 0..<2 {
            world.apply(.stop(machine))
            world.apply(.start(machine))
        }
        let again = world.run(upTo: .seconds(60)) { $0.isConnected(0, 1) }
        #expect(again != nil, "\(world.picture)")
        #expect(world.violations == [])
    }

    @Test("a peer that WireGuard has lost is noticed and added again", arguments: [0, 1])
    func peerIsLost(machine: Int) throws {
        var world = try Scene.pair(.portRestricted, .portRestricted, by: .direct)
        world.run(for: .seconds(10))
        world.addFlows(between: 0, and: 1, every: .milliseconds(100), for: .seconds(600))
        world.run(for: .seconds(5))
        world.apply(.removePeers(machine))
        let noticed = world.run(upTo: .seconds(3)) { !$0.isConnected(0, 1) }
        #expect(noticed != nil, "\(world.picture)")
        let seen = world.flows.map(\.received)
        let took = world.run(upTo: .seconds(20)) { later in
            later.isConnected(0, 1) && zip(later.flows, seen).allSatisfy { $0.received > $1 + 10 }
        }
        #expect(took != nil, "\(world.picture)")
        #expect(world.violations == [])
    }

    @Test("a pair whose guard is refused stays where it is, and moves once the guard can be had")
    func guardIsRefused() throws {
        var world = try Scene.pair(.portRestricted, .portRestricted, by: .direct)
        world.run(for: .seconds(20))
        world.addFlows(between: 0, and: 1, every: .milliseconds(20), for: .seconds(30))
        for machine in 0..<2 { world.apply(.failEffects(machine, percent: 100)) }
        let relay = try #require(world.snapshot(0)?.relays.first?.id)
        for (machine, other) in [(0, 1), (1, 0)] {
            let peer = try #require(world.peerID(of: other, seenBy: machine))
            world.command(.pinRelay(peer, relay: relay), machine)
        }
        world.run(for: .seconds(10))
        #expect(world.isConnected(0, 1, by: .direct), "\(world.picture)")
        for machine in 0..<2 { world.apply(.failEffects(machine, percent: 0)) }
        let took = world.run(upTo: .seconds(60)) { $0.isConnected(0, 1, by: .relay) }
        #expect(took != nil, "\(world.picture)")
        #expect(world.violations == [])
    }

    @Test("a wall clock that is set back makes no handshake out of none", arguments: [-3600, -60, 60])
    func clockIsSet(seconds: Int) throws {
        var world = try Scene.pair(.symmetric, .symmetric, by: .relay)
        world.run(for: .seconds(30))
        world.apply(.clockStep(0, .seconds(seconds)))
        world.run(for: .seconds(10))
        let age = try #require(world.status(of: 1, seenBy: 0)?.lastHandshakeAgeS)
        #expect((30...60).contains(age), "\(age) s")
        world.run(for: .seconds(300))
        #expect(world.isConnected(0, 1, by: .relay), "\(world.picture)")
        #expect(world.violations == [])
    }
}
