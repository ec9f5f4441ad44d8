package import MeshWire
internal import Synchronization

extension NetworkManager {
    /// Sends from WireGuard's port. What can't leave is lost, like a datagram that the network loses.
    package nonisolated func send(_ datagram: [UInt8], to destination: Endpoint) {
        pieces.withLock { $0?.port }?.send(datagram, to: destination)
    }

    /// One ICMP echo through the tunnel; nil when no answer came within `timeout`. Many may be in flight.
    package nonisolated func measureLatency(to address: IPAddress, timeout: Duration) async -> Duration? {
        await pieces.withLock { $0?.echo }?.measure(to: address, timeout: timeout)
    }

    /// The machine's addresses that a peer might reach, the tunnel's apart, in order.
    package nonisolated func localAddresses() -> [IPAddress] {
        LocalAddresses.current(without: interface.name)
    }
}
