import MeshRules
import MeshTestKit
import MeshWire
import Testing

@Suite("Hosting and joining") struct HostAndJoinTests {
    @Test("whoever joins with the invite and the host reach each other through the tunnel")
    func bothReachEachOther() throws {
        var world = try Scene.party([.portRestricted, .portRestricted])
        let took = world.run(upTo: .seconds(10)) { $0.isConnected(0, 1) }
        #expect(took != nil, "\(world.picture)")
        let flows = world.addFlows(between: 0, and: 1, every: .milliseconds(10), for: .seconds(2))
        world.run(for: .seconds(3))
        for flow in flows {
            #expect(world.flows[flow].sent == 200)
            #expect(world.flows[flow].missing == 0)
        }
        #expect(world.violations == [])
    }

    @Test("five machines behind different NATs all reach each other")
    func fiveMachines() throws {
        var world = try Scene.party([.portRestricted, .symmetric, .open, .fullCone, .doubleNAT])
        let took = world.run(upTo: .seconds(20)) { $0.allConnected }
        #expect(took != nil, "\(world.picture)")
        #expect(world.violations == [])
    }

    @Test("two machines of one household meet on their own network")
    func oneHousehold() throws {
        var world = try World(seed: 5)
        world.addRelay()
        world.addSTUNServers()
        let home = world.addHousehold(.portRestricted)
        for name in ["m0", "m1"] { world.start(try world.addMachine(name, in: home)) }
        let hosted = world.host(0)
        let invite = try #require(hosted)
        world.join(1, invite)
        let took = world.run(upTo: .seconds(20)) { $0.isConnected(0, 1, by: .direct) }
        #expect(took != nil, "\(world.picture)")
        let end = world.machines[0].endpoint(of: world.machines[1])
        #expect(end?.address == world.machines[1].address)
        #expect(world.violations == [])
    }

    @Test("a machine that starts again is back without the invite")
    func restart() throws {
        var world = try Scene.pair(.portRestricted, .portRestricted, by: .direct)
        world.stop(1)
        world.run(for: .seconds(20))
        world.start(1)
        let took = world.run(upTo: .seconds(20)) { $0.isConnected(0, 1) }
        #expect(took != nil, "\(world.picture)")
        #expect(world.violations == [])
    }
}
