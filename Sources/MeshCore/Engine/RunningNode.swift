package import MeshRules

/// What there is once the network is up.
struct RunningNode: Sendable {
    let network: NetworkManager
    let manager: ConnectionManager
}

extension NetworkManager: NodeNetwork {
    /// Addresses, port and routes as they are now.
    package func localNetwork() -> LocalNetwork {
        LocalNetwork(
            addresses: localAddresses(), listenPort: listenPort, routes: LocalRoutes.current(without: interface.name))
    }
}
