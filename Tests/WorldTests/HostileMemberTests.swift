import MeshRules
import MeshTestKit
import MeshWire
import Testing

/// What a member can make another machine do, by PROTOCOL.md §5: m0 is lied to, m1 is its honest friend, m2 has turned.
@Suite("A member that lies") struct HostileMemberTests {
    static let stranger = IPAddress(v4: 0xc612_0001)
    static let liar = 2

    /// - Parameter isChooser: The victim begins the handshakes of its pair with the liar.
    private static func scene(isChooser: Bool = false) throws -> World {
        for seed in UInt64(1)... {
            var world = try Scene.party([.open, .portRestricted, .open], seed: seed)
            guard (world.machines[0].publicKey < world.machines[liar].publicKey) == isChooser else { continue }
            let connected = world.run(upTo: .seconds(30)) { $0.allConnected }
            try #require(connected != nil, "\(world.picture)")
            world.run(for: .seconds(15))
            world.addFlows(between: 0, and: 1, every: .milliseconds(100), for: .seconds(300))
            world.turn(liar, against: 0)
            world.run(for: .seconds(1))
            world.watch(0)
            return world
        }
        throw Refusal.range
    }

    /// The friend noticed nothing, and nothing forbidden happened.
    private static func expectUnharmed(_ world: inout World) {
        world.stopFlows()
        world.run(for: .seconds(1))
        for flow in world.flows { #expect(flow.missing == 0 && flow.sent > 0, "m\(flow.from)→m\(flow.to)") }
        #expect(world.violations == [])
    }

    /// So many lies at a steady pace.
    private static func tell(
        _ world: inout World, _ count: Int, every pause: Duration, _ lie: (Int) -> Lie
    ) {
        for turn in 0..<count {
            world.lie(lie(turn), by: liar)
            world.run(for: pause)
        }
    }

    private static func ports(_ first: Int) -> [Endpoint] {
        (first..<first + 13).map { Endpoint(stranger, UInt16($0)) }
    }

    @Test(
        "two lists in turn cost one address 20 checks and two a second, however often the member leaves and comes back",
        arguments: [false, true])
    func listsInTurn(isLeaving: Bool) throws {
        var world = try Self.scene()
        world.silence(Self.liar)
        world.run(for: .seconds(20))
        world.watch(0)
        Self.tell(&world, 1_000, every: .milliseconds(10)) { turn in
            isLeaving && turn % 50 == 0 ? .leaveAndReturn : .candidates(Self.ports(turn % 2 * 1_000 + 1), asks: false)
        }
        let checks = world.checks(of: 0) { $0.address == Self.stranger }
        #expect(checks.count <= 20 + 2 * 10)
        #expect(checks.count >= 20)
        Self.expectUnharmed(&world)
    }

    @Test("lists of ever new addresses cost 130 checks and ten a second")
    func manyAddresses() throws {
        var world = try Self.scene()
        Self.tell(&world, 1_000, every: .milliseconds(10)) { turn in
            .candidates((0..<13).map { Endpoint(IPAddress(v4: 0xc612_0000 + UInt32(turn * 13 + $0)), 9) }, asks: false)
        }
        let checks = world.checks(of: 0) { $0.address.isStranger }
        #expect(checks.count <= 130 + 10 * 10)
        #expect(checks.count >= 100)
        Self.expectUnharmed(&world)
    }

    @Test("lists that are too long, cut short or of unknown kinds bring nobody a check, and no answer")
    func malformed() throws {
        var world = try Self.scene()
        let row = CandidateList(
            nat: 1, mapping: 1, filtering: 1, candidates: Self.ports(1).map { Candidate(kind: .host, endpoint: $0) }
        ).fields[1]
        let lists: [[Field]] = [
            [row, row], [row, row, row, row], [Field(type: 2, value: Array(row.value.dropLast()))],
            [Field(type: 2, value: [9] + row.value.dropFirst())], [row, Field(type: 1, value: [1])],
        ]
        Self.tell(&world, 100, every: .milliseconds(100)) { .fields(lists[$0 % lists.count], asks: true) }
        #expect(world.checks(of: 0) { $0.address.isStranger }.isEmpty)
        #expect(world.effects(of: 0) { if case .control(.signal) = $0 { true } else { false } }.isEmpty)
        Self.expectUnharmed(&world)
    }

    @Test("one ping that names a stranger as its source brings the stranger a pong and one ping")
    func spoofedPing() throws {
        var world = try Self.scene()
        let end = Endpoint(Self.stranger, 7)
        world.lie(.ping(from: end, flags: 0), by: Self.liar)
        world.run(for: .seconds(20))
        #expect(world.checks(of: 0) { $0 == end }.count == 2)
    }

    @Test("a thousand such pings bring all strangers together 50 datagrams a second")
    func spoofedPings() throws {
        var world = try Self.scene()
        Self.tell(&world, 1_000, every: .milliseconds(10)) { turn in
            .ping(from: Endpoint(IPAddress(v4: 0xc612_0000 + UInt32(turn % 200)), UInt16(turn + 1)), flags: 0)
        }
        let checks = world.checks(of: 0) { $0.address.isStranger }
        #expect(checks.count <= 50 + 50 * 10)
        #expect(checks.isBounded(burst: 50, every: .milliseconds(20)))
        #expect(checks.count >= 200)
        Self.expectUnharmed(&world)
    }

    @Test("400 SWITCHes to and fro move the pair four times and twice a second, and cost one write")
    func switches() throws {
        var world = try Self.scene()
        let own = [51_820, 51_821].map { Endpoint(world.machines[Self.liar].address, $0) }
        world.lie(.candidates(own, asks: false), by: Self.liar)
        world.run(for: .seconds(3))
        world.watch(0)
        Self.tell(&world, 400, every: .milliseconds(5)) { .switchPath(to: own[$0 % 2], flags: 0) }
        let moves = world.effects(of: 0) { if case .setEndpoint = $0 { true } else { false } }
        let guards = world.effects(of: 0) { if case .guardRoaming = $0 { true } else { false } }
        #expect(moves.count <= 4 + 2 * 2)
        #expect(moves.count >= 4)
        #expect(guards.count <= 4 + 2 * 2)
        world.run(for: .seconds(58))
        #expect(world.effects(of: 0) { if case .store = $0 { true } else { false } }.count <= 1)
        Self.expectUnharmed(&world)
    }

    @Test("wishes to pin and to release a relay move the controlling end four times and twice a second")
    func wishes() throws {
        var world = try Self.scene(isChooser: true)
        let relay = world.relays[0].endpoint
        Self.tell(&world, 400, every: .milliseconds(25)) { .switchPath(to: relay, flags: $0 % 2 == 0 ? 1 : 2) }
        let moves = world.effects(of: 0) { if case .setEndpoint = $0 { true } else { false } }
        let guards = world.effects(of: 0) { if case .guardRoaming = $0 { true } else { false } }
        #expect(moves.count <= 4 + 2 * 10)
        #expect(guards.count <= 4 + 2 * 10)
        #expect(world.effects(of: 0) { if case .store = $0 { true } else { false } }.count <= 1)
        Self.expectUnharmed(&world)
    }

    @Test("a thousand lists that ask for ours are answered once a second")
    func asking() throws {
        var world = try Self.scene()
        Self.tell(&world, 1_000, every: .milliseconds(10)) { _ in .candidates([], asks: true) }
        let requests = world.effects(of: 0) { if case .control(.signal) = $0 { true } else { false } }
        #expect(requests.count <= 1 + 10)
        #expect(requests.count >= 10)
        Self.expectUnharmed(&world)
    }

    @Test("pings recorded before a restart change nothing after it", arguments: [false, true])
    func recorded(isChooser: Bool) throws {
        var world = try Self.scene(isChooser: isChooser)
        let own = Endpoint(world.machines[Self.liar].address, 51_820)
        // Flag 2: the handshake has not come about; the controlling end would begin anew.
        Self.tell(&world, 100, every: .milliseconds(10)) { _ in .ping(from: own, flags: 3) }
        let recorded = world.machines[Self.liar].hostile.map { $0.sealed.count } ?? 0
        world.apply(.stop(0))
        world.apply(.start(0))
        world.run(for: .seconds(30))
        world.watch(0)
        Self.tell(&world, 300, every: .milliseconds(100)) { .again(recorded - 1 - $0 % 90, from: own) }
        let again = world.effects(of: 0) { if case .removePeer = $0 { true } else { false } }
        #expect(again.isEmpty)
        #expect(world.violations == [])
    }

    @Test("whatever it says for a minute, nothing is done more often than the budgets allow", arguments: 1...12)
    func script(seed: Int) throws {
        var world = try Self.scene(isChooser: seed % 2 == 0)
        let strangers = (0..<40).map { IPAddress(v4: 0xc612_0000 + UInt32($0)) }
        let script = HostileScript(
            seed: UInt64(seed), liar: world.machines[Self.liar].address, strangers: strangers, length: .seconds(60))
        let start = world.now
        for (after, lie) in script.steps {
            world.run(for: start + after - world.now)
            world.lie(lie, by: Self.liar)
        }
        world.run(for: .seconds(1))
        let checks = world.checks(of: 0) { $0.address.isStranger }
        // Checks, and answers beside them.
        #expect(checks.isBounded(burst: 130 + 50, every: .nanoseconds(1_000_000_000 / 60)), "\(checks.count)")
        for address in strangers {
            let own = world.checks(of: 0) { $0.address == address }
            #expect(own.isBounded(burst: 20 + 50, every: .nanoseconds(1_000_000_000 / 52)), "\(address): \(own.count)")
        }
        let stores = world.effects(of: 0) { if case .store(.lastPath) = $0 { true } else { false } }
        #expect(stores.isBounded(burst: 1, every: .seconds(60)), "\(stores)")
        let signals = world.effects(of: 0) { if case .control(.signal) = $0 { true } else { false } }
        #expect(signals.isBounded(burst: 4, every: .seconds(1)), "\(signals.count)")
        let guards = world.effects(of: 0) { if case .guardRoaming = $0 { true } else { false } }
        #expect(guards.isBounded(burst: 4 + 8, every: .milliseconds(250)), "\(guards.count)")
        let samples = world.effects(of: 0) { $0 == .sampleWireGuard }
        #expect(samples.isBounded(burst: 2 * 8, every: .milliseconds(250)), "\(samples.count)")
        #expect(script.steps.count > 500)
        Self.expectUnharmed(&world)
    }
}

extension IPAddress {
    /// In the network of those who have nothing to do with the party.
    fileprivate var isStranger: Bool { isIn(network: 0xc612_0000, prefix: 15) }
}

extension World {
    /// When a machine has sent checks to such endpoints since it is watched.
    fileprivate func checks(of machine: Int, to wanted: (Endpoint) -> Bool) -> [Instant] {
        deeds(of: machine) { if case .transmit(_, let end) = $0 { wanted(end) } else { false } }
    }

    /// When a machine wanted such effects since it is watched.
    fileprivate func effects(of machine: Int, where wanted: (Effect) -> Bool) -> [Instant] {
        deeds(of: machine) { if case .effect(let effect) = $0 { wanted(effect) } else { false } }
    }

    private func deeds(of machine: Int, where wanted: (NodeOutput) -> Bool) -> [Instant] {
        (machines[machine].deeds ?? []).filter { wanted($0.output) }.map(\.at)
    }
}

extension [Instant] {
    /// No span of time holds more of them than `burst` and one each interval.
    fileprivate func isBounded(burst: Int, every interval: Duration) -> Bool {
        // A bucket that must never be empty: what is taken comes back one each interval.
        var bucket = TokenBucket(burst: burst, every: interval)
        return allSatisfy { bucket.take(at: $0) }
    }
}
