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
        #expect(topology.namespaces.count == 1 + 10 + 6)
        #expect(topology.namespaces.allSatisfy { $0.hasPrefix(Topology.prefix(of: "t")) })
        #expect(topology.innerScript(of: try site("relay1")) == nil)
    }

    @Test("device names fit into the kernel's fifteen bytes")
    func deviceNames() {
        #expect(Scenario.standard.sites.allSatisfy { Topology.deviceName(of: $0).utf8.count <= 15 })
    }

    @Test("the router of a household is its machine's gateway")
    func household() throws {
        let site = try site("cone1")
        let outer = topology.outerScript(of: site)
        let inner = try #require(topology.innerScript(of: site))
        #expect(outer.contains("address add 203.0.113.21/32 dev wan\n"))
        #expect(outer.contains("address add 192.168.21.1/24 dev lan\n"))
        #expect(outer.contains("> /proc/sys/net/ipv4/ip_forward\n"))
        #expect(inner.contains("address add 192.168.21.2/24 dev eth0\n"))
        #expect(inner.contains("route add default via 192.168.21.1\n"))
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
