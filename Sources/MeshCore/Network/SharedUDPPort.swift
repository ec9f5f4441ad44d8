internal import Glibc
internal import Logging
internal import MeshWire
internal import Synchronization

/// WireGuard's UDP port, used by us as well: raw sockets that receive only our own and STUN's datagrams for the port,
/// and send with the port as source. WireGuard drops those datagrams as unknown. So what STUN finds out and what a check
/// opens in a NAT is the mapping that WireGuard's packets use (DESIGN.md §3).
final class SharedUDPPort: Sendable {
    struct Counters: Equatable {
        var sent: UInt64 = 0
        /// No route, a full queue, a family that the machine does not have.
        var failed: UInt64 = 0
    }

    /// WireGuard's packets leave with 64. The kernel merges datagrams of one TTL into a larger one when the receiver lets
    /// it, and what is merged behind WireGuard's never gets here; packets of unlike TTL stay apart.
    static let ttl: Int32 = 63

    private let v4: RawIPv4Port
    private let v6: RawIPv6Port?
    private let state = Mutex(Counters())
    private let logger: Logger

    init(
        port: UInt16, logger: Logger, deliver: @escaping @Sendable (ReceivedDatagram) -> Void
    ) throws(NetworkProblem) {
        v4 = try RawIPv4Port(port: port, ttl: Self.ttl, deliver: deliver)
        v6 = try RawIPv6Port(port: port, hops: Self.ttl, deliver: deliver)
        self.logger = logger
    }

    /// What the packet thread is to read.
    var sources: [any PacketSource] { [v4] + (v6.map { [$0] } ?? []) }
    var counters: Counters { state.withLock { $0 } }

    /// Never waits and never fails: a datagram that can't leave is lost like one that the network loses, and counted.
    func send(_ payload: [UInt8], to destination: Endpoint) {
        guard let error = attempt(payload, destination) else { return state.withLock { $0.sent += 1 } }
        let isFirst = state.withLock {
            $0.failed += 1
            return $0.failed == 1
        }
        if isFirst { logger.notice("control datagrams to \(destination) do not leave: \(error)") }
    }

    /// Checks come in for these tags only.
    func receive(for tags: [Tag]) throws(NetworkProblem) {
        try v4.receive(for: tags)
        try v6?.receive(for: tags)
    }

    /// After routes or addresses have changed.
    func forgetSources() { v4.forgetSources() }

    private func attempt(_ payload: [UInt8], _ destination: Endpoint) -> SystemError? {
        if let address = destination.address.v4 { return v4.send(payload, to: address, port: destination.port) }
        guard let v6 else { return SystemError(EAFNOSUPPORT) }
        return v6.send(payload, to: destination)
    }
}
