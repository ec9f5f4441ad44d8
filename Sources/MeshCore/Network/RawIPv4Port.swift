internal import CLinux
internal import Glibc
internal import MeshWire

/// The IPv4 half of `SharedUDPPort`. The kernel hands over whole packets and leaves the UDP checksum to us, which covers
/// the source address.
final class RawIPv4Port: PacketSource {
    private let port: UInt16
    private let socket: Descriptor
    private let sources = SourceAddresses()
    private let deliver: @Sendable (ReceivedDatagram) -> Void

    init(
        port: UInt16, ttl: Int32, deliver: @escaping @Sendable (ReceivedDatagram) -> Void
    ) throws(NetworkProblem) {
        socket = try Descriptor(
            clinux_raw_ipv4_socket(Int32(IPPROTO_UDP), ttl), "opening the raw UDP socket")
        (self.port, self.deliver) = (port, deliver)
        try receive(for: [])
    }

    /// Replaces the filter in one call: nothing gets in between.
    func receive(for tags: [Tag]) throws(NetworkProblem) {
        try PacketFilter.controlDatagrams(ports: [port], tags: tags, afterIPv4Header: true).attach(to: socket.number)
    }

    var descriptor: Int32 { socket.number }

    func received(_ bytes: Span<UInt8>, from sender: Span<UInt8>) {
        // What came before the filter was attached was not sifted.
        guard let datagram = UDPDatagram(packet: bytes), datagram.destinationPort == port else { return }
        deliver(
            ReceivedDatagram(
                bytes: bytes.array(datagram.payload), from: datagram.source, at: IPAddress(v4: bytes.uint32(at: 16))))
    }

    /// Nil when it left.
    func send(_ payload: [UInt8], to address: UInt32, port destination: UInt16) -> SystemError? {
        guard var packet = UDPDatagram.build(payload, port: port, toPort: destination) else {
            return SystemError(EMSGSIZE)
        }
        var error = SystemError(ENETUNREACH)
        // The second try is for an address that this machine had when it was last asked.
        for _ in 0..<2 {
            guard let source = sources.source(for: address) else { break }
            (packet[6], packet[7]) = (0, 0)
            UDPDatagram.fillChecksum(&packet, from: source, to: address)
            if clinux_send_ipv4(socket.number, packet, packet.count, source, address) >= 0 { return nil }
            error = .last
            guard [EINVAL, EADDRNOTAVAIL, ENETUNREACH].contains(error.number) else { break }
            sources.forget(address)
        }
        return error
    }

    /// After routes or addresses have changed.
    func forgetSources() { sources.forgetAll() }
}
