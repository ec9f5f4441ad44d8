import MeshRules
import MeshTestKit
import Testing

@Suite("Starting in the same moment") struct StartTests {
    @Test(
        "with traffic both ways, packets flow within a second of the first proven path",
        arguments: [Duration.milliseconds(20), .milliseconds(100)])
    func sameMoment(delay: Duration) throws {
        var world = try Scene.pair(.portRestricted, .portRestricted, by: .direct, link: Link(delay: delay))
        for machine in 0...1 { world.stop(machine) }
        world.run(for: .seconds(5))
        for machine in 0...1 { world.start(machine) }
        let flows = world.addFlows(between: 0, and: 1, every: .milliseconds(10), for: .seconds(20))
        world.run(for: .seconds(15))
        let proven = try #require(world.machines.compactMap(\.firstPeerAt).min())
        for flow in flows {
            let first = try #require(world.flows[flow].firstArrival, "\(world.picture)")
            #expect(first - proven <= .seconds(1))
        }
        #expect(world.violations == [])
    }
}
