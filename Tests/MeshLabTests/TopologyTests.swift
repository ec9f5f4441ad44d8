import Testing

@testable import MeshLab

@Suite("Topology")
struct TopologyTests {
    private let topology = Topology(lab: "t", scenario: .standard)

    private func site(_ name: String) throws -> Site { try Scenario.standard.site(named: name) }

    @Test("a machine behind a NAT has a router, a public one has none")
    func namespaces() throws {
        #expect(topology.outerNamespace(of: try site("cone1")) == "meshlab-t-cone1-nat")
        #expect(topology.outerNamespace(of: try site("open1")) == "meshlab-t-open1")
        #expect(topology.outerNamespace(of: try site("cgnat1")) == "meshlab-t-cgnat1-nat-carrier")
        #expect(topology.routerNamespace(of: try site("cone1b")) == "meshlab-t-cone1-nat")
        #expect(Set(topology.namespaces).count == 1 + 14 + 8 + 1)
        #expect(topology.namespaces.allSatisfy { $0.hasPrefix(Topology.prefix(of: "t")) })
        let relay = try site("relay1")
        #expect(topology.rooms(of: relay).map(\.namespace) == ["meshlab-t-relay1"])
    }

    @Test("device names fit into the kernel's fifteen bytes")
    func deviceNames() {
        #expect(Scenario.standard.sites.allSatisfy { Topology.deviceName(of: $0).utf8.count <= 15 })
    }

    @Test("the router of a household is its machine's gateway")
    func household() throws {
        let site = try site("cone1")
        let rooms = topology.rooms(of: site)
        #expect(rooms.map(\.namespace) == ["meshlab-t-cone1-nat", "meshlab-t-cone1", "meshlab-t-cone1b"])
        #expect(rooms[0].script.contains("address add 203.0.113.21/32 dev wan\n"))
        #expect(rooms[0].script.contains("address add 192.168.21.1/24 dev lan\n"))
        #expect(rooms[0].script.contains("> /proc/sys/net/ipv4/ip_forward\n"))
        #expect(rooms[1].script.contains("address add 192.168.21.2/24 dev eth0\n"))
        #expect(rooms[2].script.contains("address add 192.168.21.3/24 dev eth0\n"))
        #expect(rooms[1].script.contains("route add default via 192.168.21.1\n"))
        #expect(!rooms[1].script.contains("masquerade"))
    }

    @Test("behind a carrier's NAT there are two translators, the carrier's outermost")
    func doubleNAT() throws {
        let rooms = topology.rooms(of: try site("cgnat1"))
        let names = ["meshlab-t-cgnat1-nat-carrier", "meshlab-t-cgnat1-nat", "meshlab-t-cgnat1"]
        #expect(rooms.map(\.namespace) == names)
        #expect(rooms.map { $0.script.contains("masquerade") } == [true, true, false])
        #expect(rooms[1].script.contains("route add default via 100.64.51.1\n"))
    }

    @Test(
        "each kind of NAT has the rules that make it one",
        arguments: [
            ("cone1", ["masquerade\n", "iifname \"wan\" meta l4proto != icmp drop"], ["dnat", "fully-random"]),
            ("symmetric1", ["masquerade fully-random\n", "icmp drop"], ["dnat"]),
            ("fullcone1", ["udp dnat to 192.168.30.2"], ["contacted", "fully-random"]),
            (
                "restricted1", ["ip saddr @contacted dnat to 192.168.31.2", "update @contacted { ip daddr }"],
                ["fully-random"]
            ),
        ])
    func rules(name: String, present: [String], absent: [String]) throws {
        let rules = try #require(NATRules.text(for: try site(name)))
        for text in present { #expect(rules.contains(text)) }
        for text in absent { #expect(!rules.contains(text)) }
    }

    @Test("a public machine has no rules")
    func noRules() throws {
        #expect(NATRules.text(for: try site("open1")) == nil)
        #expect(NATRules.text(for: try site("control")) == nil)
    }
}
