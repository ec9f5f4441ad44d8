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
