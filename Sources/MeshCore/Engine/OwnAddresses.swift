package import MeshWire

/// The addresses of this machine that others may reach, the most useful first: no loopback, no link-local ones.
package enum OwnAddresses {
    /// As the kernel has them now, the tunnel's own among them.
    package static func current() -> [IPAddress] { LocalAddresses.current(without: "") }
}
