package import MeshWire

/// Where a party that this machine serves itself is reached, and what is known of who can join.
package struct HostingStatus: Equatable, Sendable, Codable {
    /// What is known of the ways in.
    package enum Reach: String, Sendable, Codable {
        /// The invite names private addresses only.
        case lan
        /// It names an address of the internet, and nobody has come in from there yet.
        case unproven
        /// Somebody has come in from the internet.
        case outside
    }

    /// `HOST:PORT` as the invite names them, the first one tried first.
    package var addresses: [String]
    /// The TCP port that it listens on.
    package var port: UInt16
    /// Who can join, as far as it is known.
    package var reach: Reach

    /// - Parameters:
    ///   - addresses: what an invite names.
    ///   - isReachedFromOutside: somebody has come in from an address of the internet.
    package init(addresses: [ControlAddress], port: UInt16, isReachedFromOutside: Bool) {
        self.addresses = addresses.map(\.description)
        self.port = port
        let isOnTheInternet = addresses.contains { IPAddress($0.host).map(\.isOnTheInternet) ?? true }
        reach = isReachedFromOutside ? .outside : isOnTheInternet ? .unproven : .lan
    }

    /// Who can join, in one line that ends with what to do.
    package var whoCanJoin: String {
        switch reach {
        case .lan:
            "friends on your LAN only; for others forward TCP \(port) to this machine and give --public HOST:PORT, or use --control"
        case .unproven:
            "friends on your LAN, and others if TCP \(port) reaches this machine: nobody has come in from outside yet"
        case .outside: "friends anywhere: somebody has come in from outside"
        }
    }
}

extension ControlAddress {
    /// Where a host that serves its party itself says that it is: at most as many addresses as an invite names.
    /// - Parameters:
    ///   - given: what a person says that others reach from outside.
    ///   - invited: what the invite named before; an address of the internet in it is a person's, unless the machine has
    ///     one itself.
    ///   - own: the machine's own addresses, the most useful first. It listens on IPv4.
    package static func serving(
        given: ControlAddress?, invited: [ControlAddress], own: [IPAddress], port: UInt16
    ) -> [ControlAddress] {
        let own = own.filter { $0.v4 != nil }
        let isOnTheInternet = own.contains(where: \.isOnTheInternet)
        let before = invited.first { address in
            IPAddress(address.host).map { $0.isOnTheInternet && !isOnTheInternet } ?? true
        }
        var addresses: [ControlAddress] = []
        for address in [given ?? before].compactMap(\.self) + own.map({ ControlAddress(host: "\($0)", port: port) }) {
            if !addresses.contains(address) { addresses.append(address) }
        }
        return Array(addresses.prefix(Membership.invitedAddresses))
    }
}

extension IPAddress {
    /// An address that anybody can send to.
    package var isOnTheInternet: Bool { isReachable && !isPrivate }
}
