import MeshRules
import MeshTestKit
import MeshWire
import Testing

@Suite("The choice of a path") struct PathChoiceTests {
    @Test("a lossy direct path loses to a clean relay, and wins again once it is clean")
    func lossyDirect() throws {
        var world = try Scene.pair(.portRestricted, .portRestricted, by: .direct)
        world.addFlows(between: 0, and: 1, every: .milliseconds(20), for: .seconds(600))
        world.setLink(Link(delay: .milliseconds(20), loss: 0.3), between: 0, and: 1)
        let left = world.run(upTo: .seconds(60)) { $0.isConnected(0, 1, by: .relay) }
        #expect(left != nil, "\(world.picture)")
        world.run(for: .seconds(30))
        #expect(world.isConnected(0, 1, by: .relay), "\(world.picture)")
        world.setLink(Link(), between: 0, and: 1)
        let back = world.run(upTo: .seconds(300)) { $0.isConnected(0, 1, by: .direct) }
        #expect(back != nil, "\(world.picture)")
        #expect(world.violations == [])
    }

    @Test("of two relays the pair takes the one with the shorter whole way", arguments: [0, 1])
    func fasterRelay(near: Int) throws {
        var world = try Scene.machines([.symmetric, .symmetric], seed: 9, relays: 2)
        // One end is next to the far relay: what counts is the sum of both legs.
        world.setLink(Link(delay: .milliseconds(30)), from: 0, toRelay: near)
        world.setLink(Link(delay: .milliseconds(30)), from: 1, toRelay: near)
        world.setLink(Link(delay: .milliseconds(5)), from: 0, toRelay: 1 - near)
        world.setLink(Link(delay: .milliseconds(90)), from: 1, toRelay: 1 - near)
        let invite = world.host(0)
        world.join(1, try #require(invite))
        world.run(for: .seconds(60))
        #expect(world.machines[0].endpoint(of: world.machines[1]) == world.relays[near].endpoint, "\(world.picture)")
        #expect(world.machines[1].endpoint(of: world.machines[0]) == world.relays[near].endpoint)
        #expect(world.violations == [])
    }

    @Test(
        "a pair that has just come together moves to a relay that is better by little and answers a little later",
        arguments: [0, 1])
    func slightlyFasterRelay(near: Int) throws {
        var world = try Scene.machines([.symmetric, .symmetric], seed: 9, relays: 2)
        // 88 ms there and back through one, 104 ms through the other: more than 10 ms, less than 20 %.
        for machine in 0...1 {
            world.setLink(Link(delay: .milliseconds(machine == 0 ? 2 : 42)), from: machine, toRelay: near)
            world.setLink(Link(delay: .milliseconds(26)), from: machine, toRelay: 1 - near)
        }
        world.apply(.cutFromRelay(1, relay: near))
        let invite = world.host(0)
        world.join(1, try #require(invite))
        let connected = world.run(upTo: .seconds(10)) { $0.isConnected(0, 1, by: .relay) }
        #expect(connected != nil, "\(world.picture)")
        #expect(world.machines[0].endpoint(of: world.machines[1]) == world.relays[1 - near].endpoint)
        world.apply(.mendToRelay(1, relay: near))
        world.run(for: .seconds(12))
        #expect(world.machines[0].endpoint(of: world.machines[1]) == world.relays[near].endpoint, "\(world.picture)")
        #expect(world.machines[1].endpoint(of: world.machines[0]) == world.relays[near].endpoint)
        #expect(world.violations == [])
    }

    @Test("a relay that only one end reaches is not taken")
    func oneSidedRelay() throws {
        var world = try Scene.machines([.symmetric, .symmetric], seed: 9, relays: 2)
        world.setLink(Link(delay: .milliseconds(1)), from: 0, toRelay: 0)
        world.apply(.cutFromRelay(1, relay: 0))
        let invite = world.host(0)
        world.join(1, try #require(invite))
        let took = world.run(upTo: .seconds(20)) { $0.isConnected(0, 1, by: .relay) }
        #expect(took != nil, "\(world.picture)")
        #expect(world.machines[0].endpoint(of: world.machines[1]) == world.relays[1].endpoint)
        #expect(world.violations == [])
    }

    @Test("a pin of either end holds over a restart, until it is released", arguments: [0, 1])
    func pinAndRestart(pinner: Int) throws {
        var world = try Scene.pair(.portRestricted, .portRestricted, by: .direct)
        let peer = try #require(world.peerID(of: 1 - pinner, seenBy: pinner))
        world.command(.pinRelay(peer, relay: world.relays[0].id), pinner)
        let pinned = world.run(upTo: .seconds(10)) { $0.isConnected(0, 1, by: .relay) }
        #expect(pinned != nil, "\(world.picture)")
        world.apply(.stop(pinner))
        world.run(for: .seconds(10))
        world.apply(.start(pinner))
        let again = world.run(upTo: .seconds(30)) { $0.isConnected(0, 1, by: .relay) }
        #expect(again != nil, "\(world.picture)")
        world.run(for: .seconds(60))
        #expect(world.isConnected(0, 1, by: .relay), "\(world.picture)")
        #expect(world.status(of: 1 - pinner, seenBy: pinner)?.pin?.by == .me)
        #expect(world.status(of: pinner, seenBy: 1 - pinner)?.pin?.by == .peer)
        world.command(.releaseRelay(peer), pinner)
        let released = world.run(upTo: .seconds(40)) { $0.isConnected(0, 1, by: .direct) }
        #expect(released != nil, "\(world.picture)")
        #expect(world.violations == [])
    }

    @Test(
        "of two pins the chooser's counts, whichever came first, and the other end is told so at once",
        arguments: [0, 1])
    func twoPins(first: Int) throws {
        var world = try Scene.machines([.symmetric, .symmetric], seed: 9, relays: 2)
        let invite = world.host(0)
        world.join(1, try #require(invite))
        try #require(world.run(upTo: .seconds(20)) { $0.isConnected(0, 1, by: .relay) } != nil, "\(world.picture)")
        var answers: [CommandAnswer] = []
        for end in [first, 1 - first, first] {
            let peer = try #require(world.peerID(of: 1 - end, seenBy: end))
            world.command(.pinRelay(peer, relay: world.relays[end].id), end)
            world.run(for: .seconds(5))
            answers.append(try #require(world.machines[end].answers.last))
        }
        let isTold = answers.contains { if case .refused(.overruled) = $0 { true } else { false } }
        #expect(isTold, "\(answers)")
        let pins = [0, 1].map { world.status(of: 1 - $0, seenBy: $0)?.pin }
        #expect(pins[0]?.relayID == pins[1]?.relayID && Set(pins.map { $0?.by }) == [.me, .peer])
        #expect(world.isConnected(0, 1, by: .relay))
        #expect(world.violations == [])
    }

    @Test(
        "a pin takes within two seconds on a pair that has rested, also on a relay that nobody has asked for minutes",
        arguments: [0, 1], [0, 1])
    func pinAfterRest(pinner: Int, relay: Int) throws {
        var world = try Scene.machines([.portRestricted, .portRestricted], seed: 9, relays: 2)
        let invite = world.host(0)
        world.join(1, try #require(invite))
        world.run(for: .seconds(180))
        #expect(world.isConnected(0, 1, by: .direct), "\(world.picture)")
        let peer = try #require(world.peerID(of: 1 - pinner, seenBy: pinner))
        for chosen in [relay, 1 - relay] {
            world.command(.pinRelay(peer, relay: world.relays[chosen].id), pinner)
            let endpoint = world.relays[chosen].endpoint
            let took = world.run(upTo: .seconds(2), pace: .milliseconds(50)) { world in
                world.machines[0].endpoint(of: world.machines[1]) == endpoint
                    && world.machines[1].endpoint(of: world.machines[0]) == endpoint
            }
            #expect(took != nil, "\(world.picture)")
            world.run(for: .seconds(120))
        }
        world.command(.releaseRelay(peer), pinner)
        let released = world.run(upTo: .seconds(40)) { $0.isConnected(0, 1, by: .direct) }
        #expect(released != nil, "\(world.picture)")
        #expect(world.violations == [])
    }

    @Test("a pinned relay that comes back is taken again, whichever end has pinned it", arguments: [0, 1])
    func pinnedRelayComesBack(pinner: Int) throws {
        var world = try Scene.machines([.portRestricted, .portRestricted], seed: 9, relays: 2)
        let invite = world.host(0)
        world.join(1, try #require(invite))
        world.run(for: .seconds(60))
        let peer = try #require(world.peerID(of: 1 - pinner, seenBy: pinner))
        for machine in 0...1 { world.apply(.cutFromRelay(machine, relay: 1)) }
        world.run(for: .seconds(120))
        world.command(.pinRelay(peer, relay: world.relays[1].id), pinner)
        world.run(for: .seconds(20))
        #expect(world.isConnected(0, 1, by: .direct), "\(world.picture)")
        for machine in 0...1 { world.apply(.mendToRelay(machine, relay: 1)) }
        let took = world.run(upTo: .seconds(60)) { $0.isConnected(0, 1, by: .relay) }
        #expect(took != nil, "\(world.picture)")
        #expect(world.machines[0].endpoint(of: world.machines[1]) == world.relays[1].endpoint)
        #expect(world.violations == [])
    }

    @Test("an idle pair with two warm paths costs each end less than twenty datagrams a minute")
    func idlePair() throws {
        var world = try Scene.pair(.portRestricted, .portRestricted, by: .direct)
        world.run(for: .seconds(60))
        let before = world.machines.map(\.sentChecks)
        world.run(for: .seconds(600))
        for (machine, old) in zip(world.machines, before) { #expect(machine.sentChecks - old < 200) }
        #expect(world.isConnected(0, 1, by: .direct))
        #expect(world.violations == [])
    }
}
