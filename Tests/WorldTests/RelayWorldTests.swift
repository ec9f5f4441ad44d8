import MeshRules
import MeshTestKit
import MeshWire
import Testing

@Suite("Relays that come and go") struct RelayWorldTests {
    @Test("a pair leaves a relay that drains for another one, and loses nothing")
    func drain() throws {
        var world = try Scene.party([.symmetric, .symmetric], relays: 2)
        let took = world.run(upTo: .seconds(20)) { $0.isConnected(0, 1, by: .relay) }
        try #require(took != nil, "\(world.picture)")
        world.run(for: .seconds(10))
        let used = world.relays.firstIndex { $0.endpoint == world.machines[0].endpoint(of: world.machines[1]) }
        let drained = try #require(used)
        let flows = world.addFlows(between: 0, and: 1, every: .milliseconds(10), for: .seconds(60))
        world.apply(.drainRelay(drained))
        let other = world.relays[1 - drained].endpoint
        let left = world.run(upTo: .seconds(20)) { later in
            (0...1).allSatisfy { later.machines[$0].endpoint(of: later.machines[1 - $0]) == other }
        }
        #expect(left != nil, "\(world.picture)")
        #expect(world.snapshot(0)?.relays.first { $0.id == world.relays[drained].id }?.lastError != nil)
        world.run(for: .seconds(60))
        #expect(world.isConnected(0, 1, by: .relay))
        for flow in flows { #expect(world.flows[flow].missing == 0) }
        #expect(world.violations == [])
    }

    @Test("with no other way a pair stays on a relay that drains")
    func drainAlone() throws {
        var world = try Scene.pair(.symmetric, .symmetric, by: .relay)
        world.addFlows(between: 0, and: 1, every: .milliseconds(50), for: .seconds(60))
        world.apply(.drainRelay(0))
        world.run(for: .seconds(62))
        #expect(world.isConnected(0, 1, by: .relay), "\(world.picture)")
        for flow in world.flows { #expect(flow.missing == 0) }
        #expect(world.violations == [])
    }

    /// A world whose relay every machine also knows by hand.
    private func byHand(endpoints: [Endpoint]? = nil) throws -> World {
        var world = try World(seed: 3)
        world.addRelay(isOpen: true)
        world.addSTUNServers()
        world.relaysByHand = [world.relays[0].info(at: endpoints.map { $0 + [world.relays[0].endpoint] })]
        for name in ["m0", "m1"] { world.start(try world.addMachine(name, in: world.addHousehold(.symmetric))) }
        world.run(for: .seconds(1))
        let hosted = world.host(0)
        world.join(1, try #require(hosted))
        let took = world.run(upTo: .seconds(30)) { $0.isConnected(0, 1, by: .relay) }
        try #require(took != nil, "\(world.picture)")
        return world
    }

    @Test("a relay that is listed and given by hand has each machine in both tables, and one of them is enough")
    func bothTokens() throws {
        var world = try byHand()
        world.run(for: .seconds(20))
        #expect(world.relays[0].clients == 4)
        let flows = world.addFlows(between: 0, and: 1, every: .milliseconds(20), for: .seconds(150))
        world.apply(.distrustControl(relay: 0))
        world.run(for: .seconds(152))
        #expect(world.relays[0].clients == 2)
        #expect(world.isConnected(0, 1, by: .relay), "\(world.picture)")
        for flow in flows {
            #expect(world.flows[flow].missing == 0)
            #expect(world.flows[flow].longestSilence <= .seconds(1))
        }
        #expect(world.violations == [])
    }

    @Test("a relay whose first endpoint does not answer is reached at the next")
    func secondEndpoint() throws {
        let world = try byHand(endpoints: [Endpoint(IPAddress(v4: 0xc000_02c8), 51_822)])
        #expect(world.machines[0].endpoint(of: world.machines[1]) == world.relays[0].endpoint)
        #expect(world.violations == [])
    }
}
