package import MeshWire

/// A control datagram that came to WireGuard's port: STUN, or one with our magic.
package struct ReceivedDatagram: Equatable, Sendable {
    /// The UDP payload.
    package let bytes: [UInt8]
    /// Who sent it, as this machine sees it.
    package let from: Endpoint
    /// The address of this machine that it came to; nil where the kernel does not say.
    package let at: IPAddress?

    package init(bytes: [UInt8], from: Endpoint, at: IPAddress? = nil) {
        (self.bytes, self.from, self.at) = (bytes, from, at)
    }
}
