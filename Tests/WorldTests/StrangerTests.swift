import MeshRules
import MeshTestKit
import Testing

@Suite("Strangers") struct StrangerTests {
    @Test("two parties on one relay never get each other's packets")
    func onOneRelay() throws {
        var world = try Scene.machines([.symmetric, .symmetric, .symmetric, .symmetric], seed: 3)
        world.run(for: .seconds(1))
        let first = world.host(0, party: "One", circle: 1)
        let second = world.host(2, party: "Two", circle: 2)
        world.join(1, try #require(first), circle: 1)
        world.join(3, try #require(second), circle: 2)
        let took = world.run(upTo: .seconds(20)) {
            $0.isConnected(0, 1, by: .relay) && $0.isConnected(2, 3, by: .relay)
        }
        #expect(took != nil, "\(world.picture)")
        let flows =
            world.addFlows(between: 0, and: 1, every: .milliseconds(20), for: .seconds(130))
            + world.addFlows(between: 2, and: 3, every: .milliseconds(20), for: .seconds(130))
        world.run(for: .seconds(140))
        for flow in flows { #expect(world.flows[flow].missing == 0) }
        #expect(world.violations == [])
    }
}
