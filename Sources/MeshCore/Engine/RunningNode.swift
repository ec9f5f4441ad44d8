package import MeshRules
package import MeshWire

/// What there is once the network is up.
struct RunningNode: Sendable {
    let network: any MachineNetwork
    let manager: ConnectionManager
}

/// The network as the engine puts it on the machine and takes it away: `NetworkManager` is it, tests have one of their own.
package protocol MachineNetwork: NodeNetwork {
    /// For people: what carries the packets.
    var backendName: String { get }
    var events: AsyncStream<NetworkEvent> { get }
    /// WireGuard's, which also keys the checks. Zero before `initialize`.
    var privateKey: Bytes32 { get async }
    /// Throws with nothing left on the machine.
    func initialize() async throws
    /// Takes everything off the machine again.
    func shutdown() async
    /// In order; the tunnel's apart.
    func localAddresses() -> [IPAddress]
}

extension NetworkManager: MachineNetwork {}

extension NetworkManager: NodeNetwork {
    /// Addresses, port and routes as they are now.
    package func localNetwork() -> LocalNetwork {
        LocalNetwork(
            addresses: localAddresses(), listenPort: listenPort, routes: LocalRoutes.current(without: interface.name))
    }
}
