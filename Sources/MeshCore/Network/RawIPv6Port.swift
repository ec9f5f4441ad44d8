internal import CLinux
internal import Glibc
internal import MeshWire

/// The IPv6 half of `SharedUDPPort`. The kernel hands over packets from the UDP header on, chooses the source and fills
/// in the checksum.
final class RawIPv6Port: PacketSource {
    private let port: UInt16
    private let socket: Descriptor
    private let deliver: @Sendable (ReceivedDatagram) -> Void

    /// Nil on a machine without IPv6.
    init?(
        port: UInt16, hops: Int32, deliver: @escaping @Sendable (ReceivedDatagram) -> Void
    ) throws(NetworkProblem) {
        let result = clinux_raw_ipv6_udp_socket(hops)
        if result < 0, errno == EAFNOSUPPORT { return nil }
        socket = try Descriptor(result, "opening the raw UDP socket of IPv6")
        (self.port, self.deliver) = (port, deliver)
        try receive(for: [])
    }

    /// Replaces the filter in one call: nothing gets in between.
    func receive(for tags: [Tag]) throws(NetworkProblem) {
        try PacketFilter.controlDatagrams(ports: [port], tags: tags, afterIPv4Header: false).attach(to: socket.number)
    }

    var descriptor: Int32 { socket.number }

    /// `sender` is a `struct sockaddr_in6`: the address stands at byte 8.
    func received(_ bytes: Span<UInt8>, from sender: Span<UInt8>) {
        guard sender.count >= 24, let datagram = UDPDatagram(bytes, at: 0, from: IPAddress(sender, at: 8)),
            datagram.destinationPort == port
        else { return }
        deliver(ReceivedDatagram(bytes: bytes.array(datagram.payload), from: datagram.source))
    }

    /// Nil when it left.
    func send(_ payload: [UInt8], to destination: Endpoint) -> SystemError? {
        guard let packet = UDPDatagram.build(payload, port: port, toPort: destination.port) else {
            return SystemError(EMSGSIZE)
        }
        let sent = clinux_send_ipv6(socket.number, packet, packet.count, destination.address.bytes)
        return sent < 0 ? .last : nil
    }
}
