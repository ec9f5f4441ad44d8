import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

@Suite("Interfaces that come and go") struct ChurnTests {
    @Test("no path loses its proof because an interface comes or goes that it does not use")
    func otherInterfaces() throws {
        var world = try Scene.pair(.portRestricted, .portRestricted, by: .direct)
        world.run(for: .seconds(20))
        world.addFlows(between: 0, and: 1, every: .milliseconds(20), for: .seconds(30))
        func proven(_ world: World) -> [Endpoint] {
            world.machines[0].node?.peers.flatMap(\.paths).filter { $0.provenAt != nil }.map(\.remote) ?? []
        }
        let before = proven(world)
        try #require(!before.isEmpty)
        for second in 0..<30 {
            world.apply(.otherInterface(0, isThere: second.isMultiple(of: 2)))
            #expect(Set(before).isSubset(of: proven(world)))
            world.run(for: .seconds(1))
            #expect(world.isConnected(0, 1, by: .direct))
        }
        #expect(world.flows.allSatisfy { $0.missing <= 1 })
        let told = world.machines[0].events.filter { $0.message.hasPrefix("addresses changed") }
        #expect(told.count == 3)
        #expect(world.violations == [])
    }

    @Test("a path loses its proof with the address that it came in by")
    func ownAddressGone() throws {
        var world = try Scene.pair(.portRestricted, .portRestricted, by: .direct)
        world.run(for: .seconds(20))
        var node = try #require(world.machines[0].node)
        let elsewhere = LocalNetwork(addresses: [IPAddress(v4: 0xc0a8_0901)], listenPort: 51_820)
        node.handle(.network(elsewhere), now: world.now)
        #expect(node.peers.flatMap(\.paths).allSatisfy { $0.provenAt == nil })
    }
}
