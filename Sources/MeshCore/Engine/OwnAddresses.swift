package import MeshWire

/// The addresses of this machine that others may reach, in order: no loopback, no link-local ones.
package enum OwnAddresses {
    package static func current() -> [IPAddress] { LocalAddresses.current(without: "") }
}
