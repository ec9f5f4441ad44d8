package import MeshRules

/// What there is once the network is up.
struct RunningNode: Sendable {
    let network: NetworkManager
    let manager: ConnectionManager
}

extension NetworkManager: NodeNetwork {
    /// Addresses and port as they are now.
    package func localNetwork() -> LocalNetwork { LocalNetwork(addresses: localAddresses(), listenPort: listenPort) }
}
