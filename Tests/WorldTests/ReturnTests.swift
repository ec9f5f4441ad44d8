import MeshRules
import MeshTestKit
import MeshWire
import Testing

@Suite("Coming back") struct ReturnTests {
    @Test("a machine whose disk was set back is in the party again: its sequences go on above those known")
    func diskSetBack() throws {
        var world = try Scene.pair(.symmetric, .portRestricted, by: .relay)
        let old = world.machines[1].store
        for _ in 0..<4 {
            world.stop(1)
            world.start(1)
            let back = world.run(upTo: .seconds(30)) { $0.isConnected(0, 1) }
            try #require(back != nil, "\(world.picture)")
        }
        world.stop(1)
        world.putBack(old, on: 1)
        world.run(for: .seconds(5))
        world.start(1)
        let took = world.run(upTo: .seconds(60)) { later in
            later.isConnected(0, 1) && later.snapshot(1)?.node.controlReachable == true
        }
        #expect(took != nil, "\(world.picture) \(world.machines[1].events.suffix(8))")
        #expect(world.violations == [])
    }

    @Test("no warning follows the farewell of a member", arguments: [PathKind.direct, .relay])
    func farewell(by kind: PathKind) throws {
        var world = try Scene.pair(.portRestricted, kind == .direct ? .portRestricted : .symmetric, by: kind)
        world.run(for: .seconds(20))
        let before = world.machines[0].events.count
        world.command(.leave, 1)
        world.run(for: .seconds(60))
        let after = world.machines[0].events.dropFirst(before)
        #expect(after.contains { $0.message == "left the party" })
        #expect(after.filter { $0.level == .warning || $0.level == .error } == [])
        #expect(world.snapshot(0)?.peers.isEmpty == true)
    }

    @Test("members and who joins later are told that the party has no host, and that it is back")
    func hostLeaves() throws {
        var world = try Scene.machines([.portRestricted, .portRestricted, .open])
        world.run(for: .seconds(1))
        let hosted = world.host(0)
        let invite = try #require(hosted)
        world.join(1, invite)
        try #require(world.run(upTo: .seconds(20)) { $0.isConnected(0, 1) } != nil, "\(world.picture)")
        #expect(world.snapshot(1)?.parties.first?.hostState == .here)
        world.command(.leave, 0)
        world.run(for: .seconds(5))
        world.join(2, invite)
        try #require(world.run(upTo: .seconds(20)) { $0.isConnected(1, 2) } != nil, "\(world.picture)")
        for machine in 1...2 {
            #expect(world.snapshot(machine)?.parties.first?.hostState == .left)
            #expect(world.machines[machine].events.count { $0.message.hasPrefix("its host has left") } == 1)
        }
        world.join(0, invite)
        let back = world.run(upTo: .seconds(30)) { $0.allConnected }
        #expect(back != nil, "\(world.picture)")
        for machine in 1...2 {
            #expect(world.snapshot(machine)?.parties.first?.hostState == .here)
            #expect(world.machines[machine].events.contains { $0.message == "its host is back" })
        }
        #expect(world.violations == [])
    }

    @Test("a relay whose address was heard before its name is a relay all the same", arguments: [1, 10])
    func relayBeforeItsName(away: Int) throws {
        var world = try Scene.pair(.symmetric, .portRestricted, by: .relay)
        let invite = try #require(world.machines[0].node?.invite)
        // The other end asks through the relay before the control server has said which relays there are.
        world.internet.links.standard = Link(delay: .milliseconds(2))
        world.command(.leave, 1)
        world.run(for: .seconds(away))
        world.join(1, invite)
        let back = world.run(upTo: .seconds(30)) { $0.isConnected(0, 1, by: .relay) }
        #expect(back != nil, "\(world.picture)")
        let path = try #require(world.status(of: 0, seenBy: 1)?.path)
        #expect(path.relayID == world.relays[0].id)
        world.command(.releaseRelay(try #require(world.peerID(of: 0, seenBy: 1))), 1)
        world.run(for: .seconds(60))
        #expect(world.isConnected(0, 1, by: .relay), "\(world.picture)")
        #expect(world.violations == [])
    }

    @Test("a machine that has lost its disk but not its key joins again, and its peers hear it")
    func lostDisk() throws {
        var world = try Scene.machines([.portRestricted, .symmetric], seed: 5)
        world.run(for: .seconds(1))
        let hosted = world.host(0)
        let invite = try #require(hosted)
        world.join(1, invite)
        try #require(world.run(upTo: .seconds(30)) { $0.allConnected } != nil, "\(world.picture)")
        for _ in 1...20 {
            world.stop(1)
            world.run(for: .seconds(1))
            world.start(1)
            let back = world.run(upTo: .seconds(30)) { $0.allConnected }
            try #require(back != nil, "\(world.picture)")
        }
        world.stop(1)
        world.putBack(MachineStore(), on: 1)
        world.start(1)
        world.join(1, invite)
        let took = world.run(upTo: .seconds(30)) { $0.machines[1].virtualAddress != nil && $0.allConnected }
        #expect(took != nil, "\(world.picture) \(world.machines[1].events.suffix(8))")
        #expect(world.violations == [])
    }

    @Test("where the others were while a machine was off it learns with its list, without a word from them")
    func leftCandidates() throws {
        var world = try Scene.pair(.portRestricted, .portRestricted, by: .direct)
        world.stop(1)
        world.run(for: .seconds(5))
        world.apply(.rebootNAT(0))
        world.run(for: .seconds(60))
        world.start(1)
        let took = world.run(upTo: .seconds(10)) { $0.isConnected(0, 1, by: .direct) }
        #expect(took != nil, "\(world.picture)")
        #expect(world.violations == [])
    }

    @Test("WireGuard's process is started anew on either end, and the pair carries on", arguments: [0, 1])
    func wireGuardRestarted(machine: Int) throws {
        var world = try Scene.pair(.portRestricted, .portRestricted, by: .direct)
        world.run(for: .seconds(10))
        let flows = world.addFlows(between: 0, and: 1, every: .milliseconds(20), for: .seconds(30))
        world.run(for: .seconds(5))
        world.apply(.restartWireGuard(machine))
        world.run(for: .seconds(30))
        #expect(world.isConnected(0, 1, by: .direct), "\(world.picture)")
        for flow in flows { #expect(world.flows[flow].longestSilence <= .seconds(6)) }
        #expect(world.violations == [])
    }

    @Test("whoever leaves and comes back has the address it had, and is reached again by all", arguments: [1, 60])
    func leavesAndReturns(away: Int) throws {
        var world = try Scene.machines([.portRestricted, .symmetric, .open], seed: 4)
        world.run(for: .seconds(1))
        let hosted = world.host(0)
        let invite = try #require(hosted)
        for machine in 1...2 { world.join(machine, invite) }
        let joined = world.run(upTo: .seconds(30)) { $0.allConnected }
        #expect(joined != nil, "\(world.picture)")
        let address = try #require(world.machines[1].virtualAddress)
        for _ in 1...3 {
            world.command(.leave, 1)
            world.run(for: .seconds(away))
            #expect(world.machines[1].virtualAddress == nil)
            world.join(1, invite)
            let back = world.run(upTo: .seconds(30)) { $0.machines[1].virtualAddress != nil && $0.allConnected }
            #expect(back != nil, "\(world.picture)")
            #expect(world.machines[1].virtualAddress == address)
        }
        // Its counters went on above those of its one start; those of the next start go on above these.
        world.stop(1)
        world.run(for: .seconds(1))
        world.start(1)
        let again = world.run(upTo: .seconds(30)) { $0.allConnected }
        #expect(again != nil, "\(world.picture)")
        let refused = world.machines.flatMap(\.events).filter { $0.message.contains("card was refused") }
        #expect(refused.isEmpty, "\(refused)")
        #expect(world.violations == [])
    }
}
