/// What a lab's namespaces are called and the commands that furnish them. Nothing outside them is touched: the devices
/// are made inside, and move from one to the other.
struct Topology {
    let lab: String
    let scenario: Scenario

    /// Where the internet process runs and makes its devices.
    var internetNamespace: String { Topology.prefix(of: lab) + "internet" }

    /// The namespace of the machine itself.
    func hostNamespace(of site: Site) -> String { Topology.prefix(of: lab) + site.name }

    /// The namespace of the router that a machine stands behind.
    func routerNamespace(of site: Site) -> String {
        let first = scenario.sites.first { $0.household == site.household } ?? site
        return hostNamespace(of: first) + "-nat"
    }

    /// The namespaces that translate a site's packets, from the machine outwards.
    func translators(of site: Site) -> [String] {
        guard site.kind.hasRouter else { return [] }
        let router = routerNamespace(of: site)
        return site.kind == .doubleNAT ? [router, router + "-carrier"] : [router]
    }

    /// The namespace that has the household's public address.
    func outerNamespace(of site: Site) -> String { translators(of: site).last ?? hostNamespace(of: site) }

    var namespaces: [String] {
        [internetNamespace] + scenario.sites.map(hostNamespace) + scenario.households.flatMap(translators)
    }

    /// All namespaces of a lab begin with this. A lab's name has no hyphen, so no lab's prefix begins another's.
    static func prefix(of lab: String) -> String { "meshlab-\(lab)-" }

    /// The TUN device of a site until it is moved and called `wan`: 15 characters at most.
    static func deviceName(of site: Site) -> String { "w-" + site.name.prefix(13) }

    // MARK: Commands

    /// A namespace and the shell script that furnishes it.
    struct Room: Equatable {
        let namespace: String
        let script: String
    }

    /// `ip -batch` for the internet's namespace: hands each device to the household it belongs to.
    var deviceMoves: [String] {
        scenario.households.map { site in
            "link set \(Topology.deviceName(of: site)) netns \(outerNamespace(of: site)) name wan"
        }
    }

    /// The rooms of a household in the order in which they must be furnished: from the internet inwards, after its device
    /// has arrived.
    func rooms(of household: Site) -> [Room] {
        let outside = publicLinks(of: household)
        guard household.kind.hasRouter else { return [room(hostNamespace(of: household), links: outside)] }
        let router = routerNamespace(of: household)
        let rules = NATRules.text(for: household)
        let machines = scenario.machines(of: household)
        var rooms: [Room] = []
        if household.kind == .doubleNAT {
            let line = household.carrierLine
            let links =
                outside + [
                    "link add lan type veth peer name wan netns \(router)", "address add \(line.carrier)/24 dev lan",
                    "link set lan up",
                ]
            rooms.append(room(outerNamespace(of: household), links: links, rules: rules, forwards: true))
            let inner = [
                "link set wan up", "address add \(line.router)/24 dev wan", "route add default via \(line.carrier)",
            ]
            rooms.append(room(router, links: inner + lan(of: household, machines), rules: rules, forwards: true))
        } else {
            rooms.append(room(router, links: outside + lan(of: household, machines), rules: rules, forwards: true))
        }
        return rooms + machines.map { room(hostNamespace(of: $0), links: hostLinks(of: $0)) }
    }

    private func publicLinks(of site: Site) -> [String] {
        ["link set wan mtu 1500 txqueuelen 5000 up"] + site.publicAddresses.map { "address add \($0)/32 dev wan" }
            + ["route add default dev wan src \(site.publicAddress)"]
    }

    /// The switch of a household, with a cable to each machine.
    private func lan(of household: Site, _ machines: [Site]) -> [String] {
        ["link add lan type bridge", "address add \(household.routerAddress)/24 dev lan", "link set lan up"]
            + machines.flatMap { machine in
                let port = "port\(machine.machine)"
                return [
                    "link add \(port) type veth peer name eth0 netns \(hostNamespace(of: machine))",
                    "link set \(port) master lan up",
                ]
            }
    }

    private func hostLinks(of site: Site) -> [String] {
        [
            "link set eth0 up", "address add \(site.hostAddress)/24 dev eth0",
            "route add default via \(site.routerAddress)",
        ]
    }

    private func room(_ namespace: String, links: [String], rules: String? = nil, forwards: Bool = false) -> Room {
        var script = """
            for conf in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 > $conf; done
            echo '0 2147483647' > /proc/sys/net/ipv4/ping_group_range

            """
        if forwards { script += "echo 1 > /proc/sys/net/ipv4/ip_forward\n" }
        let commands = ["link set lo up"] + links
        script += "ip -batch - <<'END'\n" + commands.joined(separator: "\n") + "\nEND\n"
        if let rules { script += "nft -f - <<'END'\n" + rules + "\nEND\n" }
        return Room(namespace: namespace, script: script)
    }
}
