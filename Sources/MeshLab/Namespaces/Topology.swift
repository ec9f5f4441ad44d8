/// What a lab's namespaces are called and the commands that furnish them. Nothing outside them is touched: the devices
/// are made inside, and move from one to the other.
struct Topology {
    let lab: String
    let scenario: Scenario

    /// Where the internet process runs and makes its devices.
    var internetNamespace: String { Topology.prefix(of: lab) + "internet" }

    /// The namespace of the machine itself.
    func hostNamespace(of site: Site) -> String { Topology.prefix(of: lab) + site.name }

    /// The namespace of the household's router, for sites that have one.
    func routerNamespace(of site: Site) -> String { hostNamespace(of: site) + "-nat" }

    /// The namespace that has the household's public address.
    func outerNamespace(of site: Site) -> String {
        site.kind.hasRouter ? routerNamespace(of: site) : hostNamespace(of: site)
    }

    var namespaces: [String] {
        [internetNamespace]
            + scenario.sites.flatMap { site in
                site.kind.hasRouter ? [hostNamespace(of: site), routerNamespace(of: site)] : [hostNamespace(of: site)]
            }
    }

    /// All namespaces of a lab begin with this. A lab's name has no hyphen, so no lab's prefix begins another's.
    static func prefix(of lab: String) -> String { "meshlab-\(lab)-" }

    /// The TUN device of a site until it is moved and called `wan`: 15 characters at most.
    static func deviceName(of site: Site) -> String { "w-" + site.name.prefix(13) }

    // MARK: Commands

    /// `ip -batch` for the internet's namespace: hands each device to the household it belongs to.
    var deviceMoves: [String] {
        scenario.sites.map { site in
            "link set \(Topology.deviceName(of: site)) netns \(outerNamespace(of: site)) name wan"
        }
    }

    /// Shell script for the namespace that has the public address, after its device has arrived.
    func outerScript(of site: Site) -> String {
        var links = ["link set lo up", "link set wan mtu 1500 txqueuelen 5000 up"]
        links += site.publicAddresses.map { "address add \($0)/32 dev wan" }
        links.append("route add default dev wan src \(site.publicAddress)")
        if let router = site.routerAddress {
            links += [
                "link add lan type veth peer name eth0 netns \(hostNamespace(of: site))",
                "address add \(router)/24 dev lan",
                "link set lan up",
            ]
        }
        return Topology.script(links: links, rules: NATRules.text(for: site), forwards: site.kind.hasRouter)
    }

    /// Shell script for the machine behind a router.
    func innerScript(of site: Site) -> String? {
        guard let router = site.routerAddress else { return nil }
        let links = [
            "link set lo up", "link set eth0 up", "address add \(site.hostAddress)/24 dev eth0",
            "route add default via \(router)",
        ]
        return Topology.script(links: links, rules: nil, forwards: false)
    }

    private static func script(links: [String], rules: String?, forwards: Bool) -> String {
        var script = """
            for conf in all default; do echo 0 > /proc/sys/net/ipv4/conf/$conf/rp_filter; done
            [ ! -e /proc/sys/net/ipv4/conf/wan ] || echo 0 > /proc/sys/net/ipv4/conf/wan/rp_filter
            echo '0 2147483647' > /proc/sys/net/ipv4/ping_group_range

            """
        if forwards { script += "echo 1 > /proc/sys/net/ipv4/ip_forward\n" }
        script += "ip -batch - <<'END'\n" + links.joined(separator: "\n") + "\nEND\n"
        if let rules { script += "nft -f - <<'END'\n" + rules + "\nEND\n" }
        return script
    }
}
