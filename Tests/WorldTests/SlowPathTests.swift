import MeshRules
import MeshTestKit
import MeshWire
import Testing

@Suite("A slow path") struct SlowPathTests {
    /// An echo that leaves before the session is there takes a round trip more.
    @Test("a pair above 200 ms is degraded, one below never is, not even at its beginning", arguments: [75, 115])
    func threshold(oneWayMs: Int) throws {
        let isSlow = oneWayMs > 100
        var world = try Scene.party([.open, .fullCone], link: Link(delay: .milliseconds(oneWayMs)))
        world.run(for: .seconds(90))
        for (machine, other) in [(0, 1), (1, 0)] {
            #expect(world.status(of: other, seenBy: machine)?.state == (isSlow ? .degraded : .connected))
            let slow = world.machines[machine].events.filter { $0.message.hasPrefix("slow") }
            #expect(slow.isEmpty == !isSlow, "\(slow)")
        }
        #expect(world.violations == [])
    }

    @Test("a path that becomes slow is told once, and once when it is fast again")
    func comesAndGoes() throws {
        var world = try Scene.pair(.open, .fullCone, by: .direct, link: Link(delay: .milliseconds(20)))
        world.apply(.standardLink(Link(delay: .milliseconds(150))))
        let slow = world.run(upTo: .seconds(70)) { $0.status(of: 1, seenBy: 0)?.state == .degraded }
        #expect(slow != nil, "\(world.picture)")
        world.apply(.standardLink(Link(delay: .milliseconds(20))))
        let fast = world.run(upTo: .seconds(70)) { $0.status(of: 1, seenBy: 0)?.state == .connected }
        #expect(fast != nil, "\(world.picture)")
        let told = world.machines[0].events.map(\.message)
        #expect(told.filter { $0.hasPrefix("slow") }.count == 1)
        #expect(told.filter { $0.hasPrefix("fast again") }.count == 1)
        #expect(world.violations == [])
    }
}
