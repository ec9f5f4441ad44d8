import MeshRules
import MeshTestKit
import MeshWire
import Testing

@Suite("Switching") struct SwitchTests {
    @Test(
        "ten switches between relay and direct under 2,000 packets a second each way lose nothing",
        arguments: [Duration.milliseconds(20), .milliseconds(100)], [0, 1])
    func tenSwitches(delay: Duration, pinner: Int) throws {
        var world = try Scene.pair(.portRestricted, .portRestricted, by: .direct, link: Link(delay: delay))
        world.trace.isKept = false
        let flows = world.addFlows(between: 0, and: 1, every: .microseconds(500), for: .seconds(600))
        let peer = try #require(world.peerID(of: 1 - pinner, seenBy: pinner))
        let relay = world.relays[0].id
        for _ in 0..<5 {
            world.command(.pinRelay(peer, relay: relay), pinner)
            let there = world.run(upTo: .seconds(10), pace: .milliseconds(50)) { $0.isConnected(0, 1, by: .relay) }
            try #require(there != nil, "\(world.picture)")
            world.run(for: .seconds(1))
            world.command(.releaseRelay(peer), pinner)
            let back = world.run(upTo: .seconds(20), pace: .milliseconds(50)) { $0.isConnected(0, 1, by: .direct) }
            try #require(back != nil, "\(world.picture)")
            world.run(for: .seconds(1))
        }
        world.stopFlows()
        world.run(for: .seconds(2))
        for flow in flows {
            #expect(world.flows[flow].sent > 10_000)
            #expect(world.flows[flow].missing == 0)
        }
        #expect(world.violations == [])
    }

    @Test("without the roaming guard late packets flip the pair back: the model has what the guard is for")
    func withoutGuard() throws {
        var world = try Scene.pair(.portRestricted, .portRestricted, by: .direct, link: Link(delay: .milliseconds(100)))
        world.trace.isKept = false
        world.guardsWork = false
        world.addFlows(between: 0, and: 1, every: .milliseconds(2), for: .seconds(60))
        let peer = try #require(world.peerID(of: 1, seenBy: 0))
        world.command(.pinRelay(peer, relay: world.relays[0].id), 0)
        var flips = 0
        var last: Endpoint?
        for _ in 0..<200 {
            world.run(for: .milliseconds(10))
            let end = world.machines[0].endpoint(of: world.machines[1])
            if end != last { flips += 1 }
            last = end
        }
        #expect(flips > 2)
    }
}
