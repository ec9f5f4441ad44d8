internal import MeshWire

/// What drives a tunnel interface: `wireguard-go` as a supervised child, one day the kernel's module.
package protocol WireGuardBackend: Sendable {
    /// For people: "wireguard-go".
    var name: String { get }
    /// The backend came back by itself after this had happened to it, and has forgotten all that it was told.
    var restarts: AsyncStream<String> { get }
    /// The interface exists and takes changes when this returns.
    func start() async throws(NetworkProblem)
    func apply(_ change: WireGuardChange) async throws(NetworkProblem)
    func device() async throws(NetworkProblem) -> WireGuardDevice
    /// The interface is gone when this returns.
    func stop() async
}
