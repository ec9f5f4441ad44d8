package import MeshWire

/// The control plane that a party uses.
package enum ControlTarget: Equatable, Sendable {
    /// The host's own, in process, which others reach at these addresses.
    case local(serving: [ControlAddress])
    /// A server, tried in this order. `keyHash` is nil only for a host that has not met its server yet.
    case remote([ControlAddress], keyHash: Bytes16?)
}

/// Where a control plane listens.
package struct ControlAddress: Equatable, Sendable, Codable {
    /// A host name, an IPv4 or an IPv6 address.
    package var host: String
    /// TCP.
    package var port: UInt16

    /// An address of its parts.
    package init(host: String, port: UInt16) { (self.host, self.port) = (host, port) }
}

extension ControlAddress: CustomStringConvertible {
    /// `HOST:PORT`, an IPv6 address in brackets.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension ControlTarget {
    /// The first of its addresses that is loopback, link-local or none at all; such servers are only for trying things
    /// out (PROTOCOL.md §2).
    package var onlyHere: ControlAddress? {
        switch self {
        case .local(let addresses), .remote(let addresses, _): addresses.first(where: \.isOnlyHere)
        }
    }
}

extension ControlAddress {
    /// Whether it leads to nothing but this machine or its link: another machine would reach another one there, and one
    /// that was told of it would ask a service of its own.
    package var isOnlyHere: Bool {
        if let address = IPAddress(host) { return !address.isReachable }
        // An IPv6 address in a form that only the resolver reads, such as ::ffff:127.0.0.1.
        if host.contains(":") { return true }
        let labels = host.lowercased().split(separator: ".")
        guard let last = labels.last else { return true }
        // The resolver takes 127.1, 0x7f.1 and 2130706433 for addresses; no name of the DNS ends like that.
        return last == "localhost" || last.utf8.allSatisfy { 0x30...0x39 ~= $0 } || last.hasPrefix("0x")
    }
}
