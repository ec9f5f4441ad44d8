package import MeshWire

/// The machine's own addresses.
package struct LocalNetwork: Equatable, Sendable {
    /// Host candidates: no loopback, no link-local, not the party's interface. Sorted.
    package var addresses: [IPAddress]
    /// WireGuard's UDP port.
    package var listenPort: UInt16

    /// What the machine has at this moment.
    package init(addresses: [IPAddress], listenPort: UInt16) {
        (self.addresses, self.listenPort) = (addresses, listenPort)
    }
}
