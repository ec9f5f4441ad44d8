import Testing

@testable import MeshLab

@Suite("RoutingTable")
struct RoutingTableTests {
    private let open = IPv4(203, 0, 113, 10).value
    private let relay = IPv4(192, 0, 2, 11).value
    private let relaySecond = IPv4(192, 0, 2, 12).value
    private let cone = IPv4(203, 0, 113, 21).value

    private func table(_ change: (inout Scenario) -> Void = { _ in }) throws -> RoutingTable {
        var scenario = try Scenario.standard.keeping(["relay1", "open1", "cone1"])
        scenario.delayMs = 20
        change(&scenario)
        return RoutingTable(scenario)
    }

    /// relay1 is 0, open1 is 1, cone1 is 2.
    private func send(
        _ table: inout RoutingTable, from: Int, _ source: UInt32, to destination: UInt32, now: UInt64 = 1_000
    ) -> RoutingTable.Verdict {
        var chance = Chance(seed: 7)
        return table.route(from: from, source: source, destination: destination, now: now, chance: &chance)
    }

    @Test("a packet arrives one delay later, at whichever address of the site")
    func delay() throws {
        var table = try table()
        #expect(send(&table, from: 1, open, to: relay) == .deliver(to: 0, due: 20_001_000))
        #expect(send(&table, from: 1, open, to: relaySecond) == .deliver(to: 0, due: 20_001_000))
    }

    @Test("an address that isn't the household's own doesn't get out")
    func strangeSource() throws {
        var table = try table()
        #expect(send(&table, from: 2, IPv4(192, 168, 21, 2).value, to: relay) == .drop(.strangeSource))
        #expect(send(&table, from: 2, open, to: relay) == .drop(.strangeSource))
    }

    @Test("nobody has the address, or the sender itself has it")
    func noRoute() throws {
        var table = try table()
        #expect(send(&table, from: 1, open, to: IPv4(198, 51, 100, 99).value) == .drop(.noRoute))
        #expect(send(&table, from: 1, open, to: open) == .drop(.noRoute))
    }

    @Test("a cut holds both ways and for nobody else, until it is mended")
    func cut() throws {
        var table = try table()
        try table.apply(.cut("open1", "cone1", oneWay: false))
        #expect(send(&table, from: 1, open, to: cone) == .drop(.cut))
        #expect(send(&table, from: 2, cone, to: open) == .drop(.cut))
        #expect(send(&table, from: 1, open, to: relay) == .deliver(to: 0, due: 20_001_000))
        #expect(table.faults == ["open1 -> cone1: cut", "cone1 -> open1: cut"])
        try table.apply(.mend("cone1", "open1"))
        #expect(send(&table, from: 1, open, to: cone) == .deliver(to: 2, due: 20_001_000))
        #expect(table.faults.isEmpty)
    }

    @Test("a one-way cut leaves the way back")
    func oneWayCut() throws {
        var table = try table()
        try table.apply(.cut("open1", "cone1", oneWay: true))
        #expect(send(&table, from: 1, open, to: cone) == .drop(.cut))
        #expect(send(&table, from: 2, cone, to: open) == .deliver(to: 1, due: 20_001_000))
    }

    @Test("a new delay counts at once, also when it is shorter", arguments: [5.0, 90.0])
    func newDelay(milliseconds: Double) throws {
        var table = try table()
        _ = send(&table, from: 1, open, to: cone)
        try table.apply(.delay("open1", "cone1", milliseconds: milliseconds))
        #expect(send(&table, from: 1, open, to: cone, now: 0) == .deliver(to: 2, due: UInt64(milliseconds * 1e6)))
    }

    @Test("as many packets get lost as was asked for")
    func loss() throws {
        var table = try table()
        try table.apply(.loss("open1", "cone1", percent: 10))
        var chance = Chance(seed: 1)
        var lost = 0
        for _ in 0..<10_000
        where table.route(from: 1, source: open, destination: cone, now: 0, chance: &chance) == .drop(.lost) {
            lost += 1
        }
        #expect((900...1100).contains(lost))
        #expect(table.faults == ["open1 -> cone1: loses 10.0 %", "cone1 -> open1: loses 10.0 %"])
    }

    @Test("jitter never changes the order")
    func jitter() throws {
        var table = try table { $0.jitterMs = 30 }
        var chance = Chance(seed: 3)
        var dues: [UInt64] = []
        for now in stride(from: UInt64(0), to: 100_000_000, by: 1_000_000) {
            guard
                case .deliver(_, let due) = table.route(
                    from: 1, source: open, destination: cone, now: now, chance: &chance)
            else { continue }
            dues.append(due - now)
            #expect((20_000_000...50_000_000).contains(due - now))
            #expect(zip(dues.indices, dues).allSatisfy { UInt64($0) * 1_000_000 + $1 <= due })
        }
        #expect(Set(dues).count > 20)
    }

    @Test("a fault names sites of the lab")
    func unknownSite() throws {
        var table = try table()
        #expect(throws: LabProblem.unknownSite("moon", known: ["relay1", "open1", "cone1"])) {
            try table.apply(.cut("open1", "moon", oneWay: false))
        }
    }
}
