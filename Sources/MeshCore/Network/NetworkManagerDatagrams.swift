package import MeshWire
internal import Synchronization

extension NetworkManager {
    /// Sends from WireGuard's port. What can't leave is lost, like a datagram that the network loses.
    package nonisolated func send(_ datagram: [UInt8], to destination: Endpoint) {
        inbox.sent(to: destination)
        pieces.withLock { $0 }?.send(datagram, to: destination)
    }

    /// Which members' checks the kernel hands over from now on: those for these tags. None before the first call.
    package nonisolated func receive(for tags: [Tag]) throws {
        guard let parts = pieces.withLock({ $0 }) else { throw NetworkProblem.notRunning }
        try parts.receive(for: tags)
    }

    /// One ICMP echo through the tunnel; nil when no answer came within `timeout`. Many may be in flight.
    package nonisolated func measureLatency(to address: IPAddress, timeout: Duration) async -> Duration? {
        await pieces.withLock { $0 }?.measure(to: address, timeout: timeout)
    }

    /// The machine's addresses that a peer might reach, the tunnel's apart, in order.
    package nonisolated func localAddresses() -> [IPAddress] {
        LocalAddresses.current(without: interface.name)
    }
}
