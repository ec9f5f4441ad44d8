import MeshRules
import MeshTestKit
import MeshWire
import Testing

@Suite("A copied state folder") struct CloneTests {
    private func problem(_ world: World, _ machine: Int) -> String? { world.snapshot(machine)?.node.problem }

    private func toldOfCopy(_ world: World, _ machine: Int) -> Bool {
        world.machines[machine].events.contains { $0.level == .error && $0.message.contains("copy") }
    }

    /// Host, member, and a third machine that is off and has the member's folder.
    private func copied(seed: UInt64, kind: NATKind = .portRestricted) throws -> World {
        var world = try Scene.pair(.portRestricted, kind, by: .direct, seed: seed)
        world.run(for: .seconds(30))
        _ = try world.addMachine("copy", in: world.addHousehold(.portRestricted))
        world.copyFolder(of: 1, to: 2)
        return world
    }

    @Test(
        "of two machines with one identity the later one stops within a minute, and both name the way out",
        arguments: 1...6)
    func laterYields(seed: UInt64) throws {
        var world = try copied(seed: seed)
        world.start(2)
        let took = world.run(upTo: .seconds(60)) { problem($0, 2) != nil }
        #expect(took != nil, "\(world.tail())")
        #expect(problem(world, 2)?.contains("--new-identity") == true)
        #expect(problem(world, 2)?.contains("meshtui leave") == true)
        #expect(problem(world, 2)?.contains("m1") == true)
        world.run(for: .seconds(60))
        #expect(toldOfCopy(world, 1) && toldOfCopy(world, 2))
        #expect(world.machines[1].events.contains { $0.message.contains("--new-identity") })
        #expect(problem(world, 1) == nil)
        // The first one goes on as the member it was, and the two do not take each other's stream any more.
        let taken = world.machines.map(\.streamsTaken)
        #expect(taken[1] + taken[2] < 16, "\(taken)")
        world.run(for: .seconds(120))
        #expect(world.machines.map(\.streamsTaken) == taken)
        #expect(world.isConnected(0, 1), "\(world.picture)")
        #expect(world.snapshot(2)?.peers.isEmpty == true && world.machines[2].virtualAddress == nil)
        #expect(world.violations == [])
    }

    @Test("the copy leaves without a word to the control plane, and the member stays")
    func copyLeaves() throws {
        var world = try copied(seed: 3)
        world.start(2)
        try #require(world.run(upTo: .seconds(60)) { problem($0, 2) != nil } != nil)
        world.run(for: .seconds(30))
        world.command(.leave, 2)
        world.run(for: .seconds(60))
        #expect(world.machines[2].answers.last == .left)
        #expect(world.snapshot(2)?.parties.isEmpty == true && problem(world, 2) == nil)
        #expect(world.isConnected(0, 1), "\(world.picture)")
    }

    @Test("a machine that is restarted many times in a minute is no copy", arguments: [50, 400, 1_500, 5_000])
    func restarts(after milliseconds: Int) throws {
        var world = try Scene.pair(.portRestricted, .symmetric, by: .relay)
        for _ in 0..<12 {
            world.stop(1)
            world.start(1)
            world.run(for: .milliseconds(milliseconds))
        }
        let back = world.run(upTo: .seconds(60)) { $0.isConnected(0, 1) }
        #expect(back != nil, "\(world.picture)")
        #expect(problem(world, 1) == nil && !toldOfCopy(world, 1))
        #expect(world.violations == [])
    }

    @Test("a backup that is restored is no copy")
    func restored() throws {
        var world = try Scene.pair(.portRestricted, .symmetric, by: .relay)
        let backup = world.machines[1].store
        for _ in 0..<20 {
            world.stop(1)
            world.start(1)
            world.run(for: .seconds(1))
        }
        world.stop(1)
        world.putBack(backup, on: 1)
        world.start(1)
        let back = world.run(upTo: .seconds(90)) { later in
            later.isConnected(0, 1) && later.snapshot(1)?.node.controlReachable == true
        }
        #expect(back != nil, "\(world.picture) \(world.machines[1].events.suffix(8))")
        #expect(problem(world, 1) == nil && !toldOfCopy(world, 1))
        #expect(world.violations == [])
    }
}
