import MeshRules
import MeshTestKit
import MeshWire
import Testing

@Suite("Heavy loss") struct FlappingTests {
    /// How often WireGuard's endpoint on the first machine is another one, looked at each 50 ms.
    private func moves(_ world: inout World, for duration: Duration) -> Int {
        var moves = 0
        var last = world.machines[0].endpoint(of: world.machines[1])
        let end = world.now + duration
        while world.now < end {
            world.run(for: .milliseconds(50))
            let place = world.machines[0].endpoint(of: world.machines[1])
            if place != last { moves += 1 }
            last = place
        }
        return moves
    }

    @Test(
        "with 10 % loss on every link and two relays a pair moves at most eight times in five minutes",
        arguments: [NATKind.symmetric, .portRestricted], [1, 2, 3] as [UInt64])
    func settles(kind: NATKind, seed: UInt64) throws {
        var world = try Scene.party(
            [kind, kind], seed: seed, link: Link(delay: .milliseconds(20), loss: 0.1), relays: 2)
        world.trace.isKept = false
        let took = world.run(upTo: .seconds(60)) { $0.isConnected(0, 1) }
        try #require(took != nil, "\(world.picture)")
        world.addFlows(between: 0, and: 1, every: .milliseconds(50), for: .seconds(400))
        world.run(for: .seconds(30))
        let moves = moves(&world, for: .seconds(300))
        #expect(moves <= 8, "\(moves) moves, \(world.picture)")
        #expect(world.violations == [])
    }

    @Test(
        "a dead path is left within two seconds of its last answer though every link is lossy",
        arguments: [1, 2, 3, 4] as [UInt64])
    func deadPath(seed: UInt64) throws {
        var world = try Scene.party(
            [.portRestricted, .portRestricted], seed: seed, link: Link(delay: .milliseconds(20), loss: 0.1), relays: 2)
        world.trace.isKept = false
        world.addFlows(between: 0, and: 1, every: .milliseconds(10), for: .seconds(400))
        let took = world.run(upTo: .seconds(120)) { $0.isConnected(0, 1, by: .direct) }
        try #require(took != nil, "\(world.picture)")
        world.run(for: .seconds(30))
        let direct = world.run(upTo: .seconds(120)) { $0.isConnected(0, 1, by: .direct) }
        try #require(direct != nil, "\(world.picture)")
        world.apply(.cut(0, 1, oneWay: false))
        let left = world.run(upTo: .seconds(10), pace: .milliseconds(20)) {
            $0.pathKind(from: 0, to: 1) == .relay && $0.pathKind(from: 1, to: 0) == .relay
        }
        #expect(try #require(left, "\(world.picture)") <= .milliseconds(2_300))
        #expect(world.violations == [])
    }
}
