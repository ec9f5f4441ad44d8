package import MeshWire

/// A control datagram that came to WireGuard's port: STUN, or one with our magic.
package struct ReceivedDatagram: Equatable, Sendable {
    /// The UDP payload.
    package let bytes: [UInt8]
    /// Who sent it, as this machine sees it.
    package let from: Endpoint

    package init(bytes: [UInt8], from: Endpoint) { (self.bytes, self.from) = (bytes, from) }
}
