import MeshRules
import MeshTestKit
import Testing

@Suite("A control server that lies") struct HostileServerTests {
    /// Three connected machines: two that reach each other, and one that needs the relay.
    private func party(seed: UInt64) throws -> World {
        var world = try Scene.party([.portRestricted, .fullCone, .symmetric], seed: seed)
        let took = world.run(upTo: .seconds(30)) { $0.allConnected }
        try #require(took != nil, "not connected: \(world.picture)")
        return world
    }

    /// Another server takes its place, with all that was kept.
    private func becomeHonest(_ world: inout World) {
        world.setLies(nil)
        world.apply(.controlDown(true))
        world.run(for: .seconds(2))
        world.apply(.controlDown(false))
    }

    @Test(
        "puts nobody out of the party, and once it is honest all is as before",
        arguments: 1...12 as ClosedRange<UInt64>)
    func lies(seed: UInt64) throws {
        var world = try party(seed: seed)
        for (one, other) in [(0, 1), (0, 2), (1, 2)] {
            world.addFlows(between: one, and: other, every: .milliseconds(100), for: .seconds(400))
        }
        world.run(for: .seconds(5))
        world.setLies(ControlLies(seed: seed))
        world.run(for: .seconds(200))
        for machine in world.machines.indices {
            let snapshot = try #require(world.snapshot(machine))
            #expect(snapshot.parties.count == 1, "\(world.machines[machine].name) is out of its party")
            #expect(snapshot.peers.count <= 2, "\(world.picture)")
        }
        becomeHonest(&world)
        let back = world.run(upTo: .seconds(120)) { world in
            world.allConnected
                && world.machines.indices.allSatisfy { world.snapshot($0)?.node.controlReachable == true }
        }
        // Relays come and go on its list, and so does who needs them; nobody takes the direct pair apart.
        for flow in world.flows.prefix(2) { #expect(flow.longestSilence < .seconds(5), "seed \(seed): \(flow)") }
        #expect(back != nil, "\(world.picture)")
        #expect(world.violations == [])
    }

    @Test("from the start lets a party come about once it is honest", arguments: 1...6 as ClosedRange<UInt64>)
    func liesFromTheStart(seed: UInt64) throws {
        var world = try Scene.machines([.portRestricted, .portRestricted], seed: seed)
        world.run(for: .seconds(1))
        let hosted = world.host(0)
        let invite = try #require(hosted)
        world.setLies(ControlLies(seed: seed, share: 0.8))
        for _ in 0..<10 {
            world.join(1, invite)
            world.run(for: .seconds(5))
        }
        becomeHonest(&world)
        world.run(for: .seconds(60))
        if world.snapshot(1)?.parties.isEmpty != false { world.join(1, invite) }
        let took = world.run(upTo: .seconds(120)) { $0.isConnected(0, 1) }
        #expect(took != nil, "\(world.picture)")
        #expect(world.violations == [])
    }

    @Test("equal seeds lie alike")
    func repeats() throws {
        let runs = try (0..<2).map { _ in
            var world = try party(seed: 3)
            world.setLies(ControlLies(seed: 9))
            world.run(for: .seconds(60))
            return world.trace.digest
        }
        #expect(runs[0] == runs[1])
    }
}
