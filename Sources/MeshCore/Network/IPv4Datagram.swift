internal import MeshWire

/// A UDP datagram as a raw IPv4 socket hands it over, IP header first (RFC 791, RFC 768), and one as it takes it, UDP
/// header first: sourcePort:2 destinationPort:2 length:2 checksum:2 payload.
struct IPv4Datagram: Equatable {
    var source: Endpoint
    var destinationPort: UInt16
    /// Where the payload stands in the bytes that were parsed.
    var payload: Range<Int>

    private static let udpHeader = 8

    /// Nil for what is no whole UDP datagram. The checksum is not looked at: virtual interfaces leave it half done.
    init?(parsing packet: Span<UInt8>) {
        guard packet.count >= 20, packet[0] >> 4 == 4, packet[9] == 17 else { return nil }
        let header = Int(packet[0] & 15) * 4
        guard header >= 20, packet.count >= header + Self.udpHeader else { return nil }
        let length = Int(packet.uint16(at: header + 4))
        guard length >= Self.udpHeader, packet.count >= header + length else { return nil }
        source = Endpoint(IPAddress(v4: packet.uint32(at: 12)), packet.uint16(at: header))
        destinationPort = packet.uint16(at: header + 2)
        payload = (header + Self.udpHeader)..<(header + length)
    }

    /// UDP header and payload with the checksum that belongs to these addresses (given as numbers). Nil when the payload
    /// is larger than UDP carries.
    static func build(
        _ payload: [UInt8], from source: UInt32, port sourcePort: UInt16, to destination: UInt32, port: UInt16
    ) -> [UInt8]? {
        guard let length = UInt16(exactly: udpHeader + payload.count) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(length))
        bytes.append(bigEndian: sourcePort)
        bytes.append(bigEndian: port)
        bytes.append(bigEndian: length)
        bytes.append(bigEndian: 0 as UInt16)
        bytes.append(contentsOf: payload)
        var sum = InternetChecksum()
        sum.add(source)
        sum.add(destination)
        sum.add(17 + UInt32(length))
        sum.add(bytes.span)
        // A sum of zero is sent as all ones: zero would say that there is no checksum.
        let checksum = sum.value == 0 ? 0xffff : sum.value
        bytes[6] = UInt8(checksum >> 8)
        bytes[7] = UInt8(checksum & 0xff)
        return bytes
    }
}
