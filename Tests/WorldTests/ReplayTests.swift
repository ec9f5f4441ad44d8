import MeshRules
import MeshTestKit
import Testing

@Suite("Replaying") struct ReplayTests {
    @Test("one seed gives one trace, event by event")
    func sameSeed() throws {
        let first = try Self.run(seed: 42)
        let second = try Self.run(seed: 42)
        let difference = zip(first.trace.lines, second.trace.lines).first { $0 != $1 }
        #expect(difference == nil, "\(difference.map { "\($0)\n\($1)" } ?? "")")
        #expect(first.trace.lines.count == second.trace.lines.count)
        #expect(first.trace.digest == second.trace.digest)
        #expect(first.trace.lines.count > 1_000)
    }

    @Test("another seed gives another trace")
    func otherSeed() throws {
        #expect(try Self.run(seed: 42).trace.digest != Self.run(seed: 43).trace.digest)
    }

    private static func run(seed: UInt64) throws -> World {
        var world = try Scene.party([.portRestricted, .symmetric, .fullCone], seed: seed)
        world.internet.links.standard = Link(
            delay: .milliseconds(30), jitter: .milliseconds(5), loss: 0.05, reordering: 0.05)
        world.addFlows(between: 0, and: 1, every: .milliseconds(50), for: .seconds(30))
        world.schedule(.cut(0, 2, oneWay: false), at: world.now + .seconds(10))
        world.run(for: .seconds(30))
        return world
    }
}
