import MeshTestKit
import MeshWire
import Testing

@testable import MeshRules

/// How long two members that have never met need for a direct path, where nothing helps: each hides behind a
/// port-restricted NAT, offers 13 candidates of which one is right, and loses 30 % of what it sends.
@Suite("First contact") struct FirstContactTests {
    /// The one that is met, and the one that comes.
    enum Arrival: CaseIterable {
        /// Both are registered with all relays; the host's machine slept while the other one joined.
        case bothReady
        /// The other one joins: its relays register, and its list grows, while the pair makes contact.
        case newcomer
    }

    /// From the moment at which the host hears of the other one until both ends have proven a direct path.
    @Test("is direct within 0.6 s in 95 of 100 worlds", arguments: Arrival.allCases)
    func direct(arrival: Arrival) throws {
        var times: [Double] = []
        for seed in 1...100 { times.append(try Self.contact(arrival, seed: UInt64(seed)).milliseconds) }
        times.sort()
        let (p50, p95) = (times[times.count / 2], times[times.count * 95 / 100])
        #expect(p95 <= 600, "p50 \(p50) ms, p95 \(p95) ms")
    }

    private static func contact(_ arrival: Arrival, seed: UInt64) throws -> Duration {
        let lossy = Link(delay: .milliseconds(20), loss: 0.3)
        var world = try Scene.machines([.portRestricted, .portRestricted], seed: seed, link: lossy, relays: 8)
        world.trace.isKept = false
        for (relay, text) in [(6, "198.18.0.6:6"), (7, "198.18.0.7:7")] {
            world.setObserved(Endpoint(text), byRelay: relay)
        }
        for machine in 0...1 { world.addAddresses(3, to: machine) }
        world.run(for: .seconds(3))
        let hosted = world.host(0)
        let invite = try #require(hosted)
        let ready = world.run(upTo: .seconds(60)) { $0.offers(0) == 13 }
        try #require(ready != nil, "\(world.offers(0)), seed \(seed)")
        if arrival == .bothReady { world.apply(.suspend(0, .seconds(12))) }
        let start = world.now + (arrival == .bothReady ? .seconds(12) : .zero)
        world.join(1, invite)
        if arrival == .bothReady {
            world.run(for: start - world.now)
            try #require(world.offers(1) == 13, "\(world.offers(1)), seed \(seed)")
        } else {
            _ = world.run(upTo: .seconds(5), pace: .milliseconds(1)) { $0.machines[0].node?.peers.isEmpty == false }
        }
        let heard = world.now
        let took = world.run(upTo: .seconds(30), pace: .milliseconds(5)) { world in
            (0...1).allSatisfy { machine in
                world.machines[machine].node?.peers.first?.paths.contains { $0.kind == .direct && $0.provenAt != nil }
                    ?? false
            }
        }
        try #require(took != nil, "\(world.picture)")
        return world.now - heard
    }
}

extension World {
    /// How many candidates a machine's list holds.
    fileprivate func offers(_ machine: Int) -> Int { machines[machine].node?.ownCandidates.candidates.count ?? 0 }
}
