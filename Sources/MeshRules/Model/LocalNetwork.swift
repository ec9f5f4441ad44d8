package import MeshWire

/// The machine's own addresses and routes.
package struct LocalNetwork: Equatable, Sendable {
    /// Host candidates: no loopback, no link-local, not the party's interface. The most useful first.
    package var addresses: [IPAddress]
    /// WireGuard's UDP port.
    package var listenPort: UInt16
    /// IPv4 routes and addresses of the other interfaces, loopback and the default route apart.
    package var routes: [LocalRoute]

    /// What the machine has at this moment.
    package init(addresses: [IPAddress], listenPort: UInt16, routes: [LocalRoute] = []) {
        (self.addresses, self.listenPort, self.routes) = (addresses, listenPort, routes)
    }
}

/// A network that the machine reaches through one of its interfaces, or an address of its own.
package struct LocalRoute: Hashable, Sendable {
    /// Of 32 bits for an address.
    package var network: IPv4Network
    /// Name of the interface.
    package var interface: String
    /// One of the interface's own addresses.
    package var isAddress: Bool

    /// A route of its parts.
    package init(_ network: IPv4Network, interface: String, isAddress: Bool = false) {
        (self.network, self.interface, self.isAddress) = (network, interface, isAddress)
    }
}

extension LocalRoute: CustomStringConvertible {
    /// Such as `the route 10.66.3.0/24 of eth0`.
    package var description: String {
        isAddress
            ? "the address \(IPAddress(v4: network.address)) of \(interface)" : "the route \(network) of \(interface)"
    }
}

/// Where a party's network may stand (PROTOCOL.md §3).
extension LocalNetwork {
    /// Routes with a shorter prefix are those of a VPN or a carrier: the party's own route goes before them.
    static let shortestForeignPrefix: UInt8 = 12

    /// Finds what keeps a party's network off this machine: an address in it, or else the smallest network that it equals,
    /// holds or lies in.
    package func conflict(with network: IPv4Network) -> LocalRoute? {
        met(by: network).filter { $0.network.prefix >= Self.shortestForeignPrefix }
            .max { ($0.isAddress ? 1 : 0, $0.network.prefix) < ($1.isAddress ? 1 : 0, $1.network.prefix) }
    }

    /// Routes that the party's network takes addresses from.
    package func widerRoutes(around network: IPv4Network) -> [LocalRoute] {
        met(by: network).filter { $0.network.prefix < Self.shortestForeignPrefix }
    }

    /// The first of 10.66.0.0/16 … 10.127.0.0/16 that meets nothing of this machine; nil when there is none.
    package var freeNetwork: IPv4Network? {
        (UInt32(66)...127).lazy.map { IPv4Network(around: 0x0a00_0000 | $0 << 16, prefix: 16) }
            .first { conflict(with: $0) == nil }
    }

    private func met(by network: IPv4Network) -> [LocalRoute] {
        routes.filter { $0.network.prefix > 0 && $0.network.meets(network) }
    }
}

/// One of the machine's own addresses, and what tells how likely others reach it.
package struct LocalAddress: Equatable, Sendable {
    /// What kind of interface has it, the more useful first.
    package enum Kind: Int, Comparable, Sendable {
        case physical, virtual, bridge

        /// The more useful one.
        package static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
    }

    /// Of either family.
    package var address: IPAddress
    /// Of its interface.
    package var kind: Kind
    /// Packets to the internet leave by its interface.
    package var hasDefaultRoute: Bool

    /// An address of its parts.
    package init(_ address: IPAddress, _ kind: Kind, hasDefaultRoute: Bool = false) {
        (self.address, self.kind, self.hasDefaultRoute) = (address, kind, hasDefaultRoute)
    }

    /// Without repetition, the most useful first: the default route's interface, then real ones, then tunnels, and last
    /// bridges, which containers and virtual machines bring along and nobody else reaches. IPv4 before IPv6.
    package static func ranked(_ addresses: [LocalAddress]) -> [IPAddress] {
        let sorted = addresses.sorted { left, right in
            if left.hasDefaultRoute != right.hasDefaultRoute { return left.hasDefaultRoute }
            if left.kind != right.kind { return left.kind < right.kind }
            if (left.address.v4 == nil) != (right.address.v4 == nil) { return left.address.v4 != nil }
            return left.address < right.address
        }
        var unique: [IPAddress] = []
        for local in sorted where !unique.contains(local.address) { unique.append(local.address) }
        return unique
    }
}

extension LocalAddress.Kind {
    /// By the interface's name, where the kernel tells no more.
    package init(interface name: String) {
        let bridges = ["docker", "br", "virbr", "veth", "lxc", "lxd", "cni", "podman", "vmnet", "vboxnet", "dummy"]
        let tunnels = ["tun", "tap", "wg", "tailscale", "zt", "ppp", "ipsec", "meshtui"]
        if bridges.contains(where: { name.hasPrefix($0) }) {
            self = .bridge
        } else {
            self = tunnels.contains { name.hasPrefix($0) } ? .virtual : .physical
        }
    }
}
