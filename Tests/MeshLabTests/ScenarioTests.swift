import Foundation
import Testing

@testable import MeshLab

@Suite("Scenario")
struct ScenarioTests {
    private let sites = Scenario.standard.sites

    @Test("no two households share an address, a network or a device name")
    func unique() {
        let households = Scenario.standard.households
        let addresses = households.flatMap { $0.publicAddresses + [$0.spareAddress].compactMap { $0 } }
        #expect(Set(addresses).count == addresses.count)
        #expect(Set(households.map(\.household)).count == households.count)
        #expect(Set(sites.map(\.hostAddress)).count == sites.count)
        #expect(Set(sites.map(\.name)).count == sites.count)
        #expect(Set(sites.map(Topology.deviceName)).count == sites.count)
    }

    @Test("every address is one of RFC 5737, so that nothing real is ever reached")
    func documentationRanges() {
        let ranges = [IPv4(192, 0, 2, 0), IPv4(198, 51, 100, 0), IPv4(203, 0, 113, 0)].map { $0.value >> 8 }
        let addresses = sites.flatMap { $0.publicAddresses + [$0.spareAddress].compactMap { $0 } }
        #expect(addresses.allSatisfy { ranges.contains($0.value >> 8) })
    }

    @Test("two regions are 20 to 100 ms apart one way, the same in both directions")
    func distances() {
        for from in Region.allCases {
            for to in Region.allCases {
                let delay = from.oneWayDelay(to: to)
                #expect(delay == to.oneWayDelay(to: from))
                #expect(from == to || (.milliseconds(20)...(.milliseconds(100))).contains(delay))
            }
        }
    }

    @Test("one delay for all replaces the distances")
    func oneDelay() {
        var scenario = Scenario.standard
        scenario.delayMs = 100
        #expect(scenario.oneWayDelay(from: sites[0], to: sites[3]) == .milliseconds(100))
    }

    @Test("the sites that tests and the demo name are there")
    func names() {
        let expected = [
            "open1", "cone1", "cone2", "fullcone1", "symmetric1", "symmetric2", "control", "relay1", "relay2",
        ]
        #expect(Set(expected).isSubset(of: sites.map(\.name)))
        #expect(Set(([Party.host, Party.own] + Party.friends).map(\.site)).isSubset(of: sites.map(\.name)))
    }

    @Test("a lab can be built of some of the sites, and an unknown one is named")
    func keeping() throws {
        #expect(try Scenario.standard.keeping(["cone1", "open1"]).sites.map(\.name) == ["open1", "cone1"])
        #expect(try Scenario.standard.keeping(["cone1b"]).sites.map(\.name) == ["cone1", "cone1b"])
        #expect(throws: LabProblem.unknownSite("moon", known: sites.map(\.name))) {
            try Scenario.standard.keeping(["moon"])
        }
    }

    @Test("a fault at a household's second machine is one at its household")
    func household() throws {
        #expect(try Scenario.standard.household(of: "cone1b").name == "cone1")
        #expect(try Scenario.standard.household(of: "relay2").name == "relay2")
    }

    @Test("what the state folder keeps reads back the same")
    func codable() throws {
        let state = LabState(
            lab: "a1", scenario: .standard, services: [.init(site: "relay1", pid: 7, log: "x")], program: "meshtui")
        let data = try JSONEncoder().encode(state)
        #expect(try JSONDecoder().decode(LabState.self, from: data) == state)
    }

    @Test("addresses read and print", arguments: ["0.0.0.0", "203.0.113.10", "255.255.255.255"])
    func addressText(text: String) throws {
        #expect(try #require(IPv4(text)).description == text)
    }

    @Test("what isn't an address is refused", arguments: ["", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1..2.3", "a.b.c.d"])
    func notAnAddress(text: String) {
        #expect(IPv4(text) == nil)
    }

    @Test(
        "a lab's name can't reach out of its folder or into another lab's",
        arguments: ["", "../x", "a-b", "Lab", "abcdefghijklm"])
    func badNames(name: String) {
        #expect(throws: LabProblem.badLabName(name)) { try LabFolder(lab: name) }
    }
}
