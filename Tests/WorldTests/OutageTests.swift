import MeshRules
import MeshTestKit
import Testing

@Suite("Outages") struct OutageTests {
    @Test(
        "without the control plane a restarted machine finds its peers from what it has stored",
        arguments: [NATKind.portRestricted, .symmetric])
    func restartWithoutControl(kind: NATKind) throws {
        var world = try Scene.pair(kind, kind, by: kind == .symmetric ? .relay : .direct)
        world.run(for: .seconds(10))
        world.apply(.controlDown(true))
        world.apply(.stop(1))
        world.run(for: .seconds(10))
        world.apply(.start(1))
        let took = world.run(upTo: .seconds(30)) { $0.isConnected(0, 1) }
        #expect(took != nil, "\(world.picture)")
        #expect(world.violations == [])
    }

    @Test("without the control plane a cut pair goes to the relay and, once mended, back")
    func cutWithoutControl() throws {
        var world = try Scene.pair(.portRestricted, .portRestricted, by: .direct)
        world.addFlows(between: 0, and: 1, every: .milliseconds(50), for: .seconds(300))
        world.apply(.controlDown(true))
        world.run(for: .seconds(10))
        world.apply(.cut(0, 1, oneWay: false))
        let left = world.run(upTo: .seconds(5)) { $0.isConnected(0, 1, by: .relay) }
        #expect(left != nil, "\(world.picture)")
        world.run(for: .seconds(60))
        world.apply(.mend(0, 1))
        let back = world.run(upTo: .seconds(90)) { $0.isConnected(0, 1, by: .direct) }
        #expect(back != nil, "\(world.picture)")
        #expect(world.violations == [])
    }

    @Test("a machine that slept for ten minutes is back soon after it wakes")
    func suspended() throws {
        var world = try Scene.pair(.portRestricted, .portRestricted, by: .direct)
        world.addFlows(between: 0, and: 1, every: .milliseconds(100), for: .seconds(1_200))
        world.apply(.suspend(1, .seconds(600)))
        world.run(for: .seconds(600))
        let seen = world.flows.map(\.received)
        let took = world.run(upTo: .seconds(40)) { later in
            later.isConnected(0, 1) && zip(later.flows, seen).allSatisfy { $0.received > $1 + 10 }
        }
        #expect(took != nil, "\(world.picture)")
        #expect(world.violations == [])
    }

    /// The end that answered a handshake goes on trying by itself while the other sleeps; when that one wakes, the answered
    /// handshake counts, and the relay has to know its index although younger ones were begun.
    @Test(
        "a machine that falls asleep in the middle of a handshake is reached through the relay when it wakes",
        arguments: [0, 1])
    func suspendedInHandshake(sleeper: Int) throws {
        for delay in stride(from: 40, through: 100, by: 5) {
            var world = try Scene.pair(.portRestricted, .portRestricted, by: .direct)
            world.run(for: .seconds(10))
            world.stop(1 - sleeper)
            world.run(for: .seconds(1))
            world.start(1 - sleeper)
            world.addFlows(between: 0, and: 1, every: .milliseconds(100), for: .seconds(60))
            _ = world.run(upTo: .seconds(5), pace: .milliseconds(5)) { $0.machines[1 - sleeper].firstPeerAt != nil }
            world.run(for: .milliseconds(delay))
            world.apply(.suspend(sleeper, .seconds(12)))
            world.run(for: .seconds(15))
            world.apply(.cut(0, 1, oneWay: false))
            world.run(for: .seconds(5))
            let seen = world.flows.map(\.received)
            world.run(for: .seconds(5))
            for (flow, old) in zip(world.flows, seen) {
                #expect(flow.received >= old + 45, "\(delay) ms, m\(flow.from)→m\(flow.to), \(world.picture)")
            }
            #expect(world.violations == [])
        }
    }

    @Test("everybody restarts at once and everybody is back")
    func powerCut() throws {
        var world = try Scene.party([.portRestricted, .symmetric, .fullCone, .restricted])
        let joined = world.run(upTo: .seconds(20)) { $0.allConnected }
        #expect(joined != nil, "\(world.picture)")
        for machine in world.machines.indices {
            world.apply(.rebootNAT(machine))
            world.apply(.stop(machine))
        }
        world.apply(.restartRelay(0))
        world.run(for: .seconds(5))
        for machine in world.machines.indices { world.apply(.start(machine)) }
        let back = world.run(upTo: .seconds(30)) { $0.allConnected }
        #expect(back != nil, "\(world.picture)")
        #expect(world.violations == [])
    }
}
