internal import CLinux
internal import Glibc
internal import Logging
internal import MeshWire
internal import Synchronization

/// WireGuard's UDP port, used by us as well: a raw socket that receives only our own and STUN's datagrams for the port,
/// and sends with the port as source. WireGuard drops those datagrams as unknown. So what STUN finds out and what a
/// check opens in a NAT is the mapping that WireGuard's packets use (DESIGN.md §3).
final class SharedUDPPort: PacketSource {
    struct Counters: Equatable {
        var received: UInt64 = 0
        var sent: UInt64 = 0
        /// No route, a full queue, an address of a kind that the socket does not carry.
        var failed: UInt64 = 0
    }

    /// WireGuard's packets leave with 64. The kernel merges datagrams of one TTL into a larger one when the receiver lets
    /// it, and what is merged behind WireGuard's never gets here; packets of unlike TTL stay apart.
    static let ttl: Int32 = 63

    let port: UInt16
    private let socket: Descriptor
    private let sources = SourceAddresses()
    private let state = Mutex(Counters())
    private let deliver: @Sendable (ReceivedDatagram) -> Void
    private let logger: Logger

    init(
        port: UInt16, logger: Logger, deliver: @escaping @Sendable (ReceivedDatagram) -> Void
    ) throws(NetworkProblem) {
        socket = try Descriptor(clinux_raw_ipv4_socket(Int32(IPPROTO_UDP), Self.ttl), "opening the raw UDP socket")
        (self.port, self.deliver, self.logger) = (port, deliver, logger)
        try PacketFilter.controlDatagrams(port: port).attach(to: socket.number)
    }

    var descriptor: Int32 { socket.number }
    var counters: Counters { state.withLock { $0 } }

    func received(_ bytes: Span<UInt8>) {
        // What came before the filter was attached was not sifted.
        guard let datagram = IPv4Datagram(parsing: bytes), datagram.destinationPort == port else { return }
        state.withLock { $0.received += 1 }
        deliver(ReceivedDatagram(bytes: bytes.array(datagram.payload), from: datagram.source))
    }

    /// Never waits and never fails: a datagram that can't leave is lost like one that the network loses, and counted.
    func send(_ payload: [UInt8], to destination: Endpoint) {
        if let error = attempt(payload, destination) {
            let first = state.withLock {
                $0.failed += 1
                return $0.failed == 1
            }
            if first { logger.notice("control datagrams to \(destination) do not leave: \(error)") }
        } else {
            state.withLock { $0.sent += 1 }
        }
    }

    /// After routes or addresses have changed.
    func forgetSources() { sources.forgetAll() }

    private func attempt(_ payload: [UInt8], _ destination: Endpoint) -> SystemError? {
        guard let address = destination.address.v4 else { return SystemError(EAFNOSUPPORT) }
        var error = SystemError(ENETUNREACH)
        // The second try is for an address that this machine had when it was last asked.
        for _ in 0..<2 {
            guard let source = sources.source(for: address) else { return SystemError(ENETUNREACH) }
            guard
                let packet = IPv4Datagram.build(
                    payload, from: source, port: port, to: address, port: destination.port)
            else { return SystemError(EMSGSIZE) }
            if clinux_send_ipv4(socket.number, packet, packet.count, source, address) >= 0 { return nil }
            error = .last
            guard error.number == EINVAL || error.number == EADDRNOTAVAIL || error.number == ENETUNREACH else { break }
            sources.forget(address)
        }
        return error
    }
}
