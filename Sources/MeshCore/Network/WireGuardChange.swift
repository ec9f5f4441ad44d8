package import MeshRules
package import MeshWire

/// One change to WireGuard's configuration.
package enum WireGuardChange: Equatable, Sendable {
    case privateKey(Bytes32)
    case listenPort(UInt16)
    /// Adds the peer, or gives one that is there all of these properties.
    case peer(WireGuardPeer)
    /// Of a peer that is there; nothing happens when it is not.
    case endpoint(Endpoint, of: PublicKey)
    case remove(PublicKey)
}
