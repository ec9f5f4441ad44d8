import MeshRules
import MeshTestKit
import MeshWire
import Testing

/// Worlds that most tests begin with.
enum Scene {
    /// A relay, two STUN servers and one machine in each of these households, all switched on, none in a party.
    static func machines(
        _ kinds: [NATKind], seed: UInt64 = 1, link: Link = Link(), relays: Int = 1
    ) throws -> World {
        var world = try World(seed: seed)
        world.internet.links.standard = link
        for _ in 0..<relays { world.addRelay() }
        world.addSTUNServers()
        for (number, kind) in kinds.enumerated() {
            let machine = try world.addMachine("m\(number)", in: world.addHousehold(kind))
            world.start(machine)
        }
        return world
    }

    /// The same, with the first machine's party, which the others have joined.
    static func party(
        _ kinds: [NATKind], seed: UInt64 = 1, link: Link = Link(), relays: Int = 1
    ) throws -> World {
        var world = try machines(kinds, seed: seed, link: link, relays: relays)
        // The NATs are measured before anybody hosts, as on a machine that runs for a while.
        world.run(for: .seconds(1))
        let hosted = world.host(0)
        let invite = try #require(hosted, "nobody hosts: \(world.machines[0].answers)")
        for machine in kinds.indices.dropFirst() { world.join(machine, invite) }
        return world
    }

    /// Two machines in one party, connected by the given kind of path.
    static func pair(
        _ one: NATKind, _ other: NATKind, by kind: PathKind, seed: UInt64 = 1, link: Link = Link()
    ) throws -> World {
        var world = try party([one, other], seed: seed, link: link)
        let took = world.run(upTo: .seconds(20)) { $0.isConnected(0, 1, by: kind) }
        try #require(took != nil, "not connected by \(kind): \(world.picture)")
        return world
    }
}

extension World {
    /// How every pair sees itself, for a failing test.
    var picture: String {
        var lines: [String] = []
        for one in machines.indices {
            for other in machines.indices where one != other {
                let status = status(of: other, seenBy: one)
                let path = pathKind(from: one, to: other).map { "\($0)" } ?? "none"
                lines.append(
                    "\(machines[one].name)→\(machines[other].name) \(status.map { "\($0.state)" } ?? "unknown") path \(path)"
                )
            }
        }
        return "seed \(seed) at \(now.nanoseconds / 1_000_000) ms: " + lines.joined(separator: ", ")
    }

    /// The last lines of the trace, for a failing test.
    func tail(_ count: Int = 40) -> String { trace.lines.suffix(count).map(\.description).joined(separator: "\n") }

    /// Every pair of machines that are on is connected.
    var allConnected: Bool {
        for one in machines.indices {
            for other in machines.indices where one < other {
                guard pathKind(from: one, to: other) != nil, isConnected(one, other) else { return false }
            }
        }
        return true
    }
}
