import MeshRules
import MeshTestKit
import Testing

@Suite("Random schedules") struct RandomScheduleTests {
    /// From the last fault until every pair is connected.
    static let recovery: Duration = .seconds(90)

    /// The first four seeds have found mistakes before.
    @Test(
        "whatever fails, nothing forbidden happens and in the end every pair is connected",
        arguments: [137, 139, 167, 1645] + (1...20))
    func schedule(seed: Int) throws {
        let schedule = RandomSchedule(seed: UInt64(seed))
        var world = try Scene.party(schedule.kinds, seed: UInt64(seed), relays: schedule.relays)
        let joined = world.run(upTo: .seconds(30)) { $0.allConnected }
        #expect(joined != nil, "before any fault: \(world.picture)")
        world.schedule(schedule)
        for machine in schedule.kinds.indices.dropFirst() {
            world.addFlows(between: 0, and: machine, every: .milliseconds(200), for: schedule.length)
        }
        world.run(for: schedule.length)
        let recovered = world.run(upTo: Self.recovery) { $0.allConnected }
        #expect(recovered != nil, "\(schedule.kinds) \(world.picture)")
        world.run(for: .seconds(5))
        try expectEverythingArrives(&world)
        #expect(world.violations == [])
    }

    private func expectEverythingArrives(_ world: inout World) throws {
        var flows: [Int] = []
        for one in world.machines.indices {
            for other in world.machines.indices where one < other {
                flows += world.addFlows(between: one, and: other, every: .milliseconds(100), for: .seconds(5))
            }
        }
        world.run(for: .seconds(7))
        for flow in flows.map({ world.flows[$0] }) {
            #expect(flow.missing == 0, "m\(flow.from)→m\(flow.to), \(world.picture)")
            #expect(flow.sent > 0, "m\(flow.from)→m\(flow.to) has no peer, \(world.picture)")
        }
    }
}
