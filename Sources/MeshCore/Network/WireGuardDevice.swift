package import MeshWire

/// What WireGuard says of itself.
package struct WireGuardDevice: Equatable, Sendable {
    package struct Peer: Equatable, Sendable {
        package var publicKey: PublicKey
        package var endpoint: Endpoint?
        /// Of the last completed handshake, since 1970 by the machine's clock; nil when there was none.
        package var handshake: Duration?
        package var rxBytes: UInt64 = 0
        package var txBytes: UInt64 = 0
        package var keepalive: Duration?
        /// `ADDRESS/PREFIX` each.
        package var allowedIPs: [String] = []

        package init(publicKey: PublicKey) { self.publicKey = publicKey }
    }

    package var listenPort: UInt16 = 0
    package var peers: [Peer] = []

    package init() {}
}
