internal import MeshWire

/// A UDP datagram as raw sockets and the packet log hand it over, and one as they take it, UDP header first:
/// `sourcePort:2 destinationPort:2 length:2 checksum:2 payload` (RFC 768).
struct UDPDatagram: Equatable {
    var source: Endpoint
    var destinationPort: UInt16
    /// Where the payload stands in the bytes that were parsed.
    var payload: Range<Int>

    private static let header = 8
    private static let udp: UInt8 = 17

    /// A packet from its IP header on, IPv4 (RFC 791) or IPv6 without extension headers (RFC 8200). Nil for what is no
    /// whole UDP datagram. The checksum is not looked at: virtual interfaces leave it half done.
    init?(packet: Span<UInt8>) {
        guard packet.count >= 20 else { return nil }
        switch packet[0] >> 4 {
        case 4:
            let header = Int(packet[0] & 15) * 4
            guard packet[9] == Self.udp, header >= 20 else { return nil }
            self.init(packet, at: header, from: IPAddress(v4: packet.uint32(at: 12)))
        case 6:
            guard packet.count >= 40, packet[6] == Self.udp else { return nil }
            self.init(packet, at: 40, from: IPAddress(packet, at: 8))
        default: return nil
        }
    }

    /// What follows an IP header that ended at `start`.
    init?(_ bytes: Span<UInt8>, at start: Int, from address: IPAddress) {
        guard bytes.count >= start + Self.header else { return nil }
        let length = Int(bytes.uint16(at: start + 4))
        guard length >= Self.header, bytes.count >= start + length else { return nil }
        source = Endpoint(address, bytes.uint16(at: start))
        destinationPort = bytes.uint16(at: start + 2)
        payload = (start + Self.header)..<(start + length)
    }

    /// UDP header, checksum 0, and payload. Nil when the payload is larger than UDP carries.
    static func build(_ payload: [UInt8], port sourcePort: UInt16, toPort port: UInt16) -> [UInt8]? {
        guard let length = UInt16(exactly: header + payload.count) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(length))
        bytes.append(bigEndian: sourcePort)
        bytes.append(bigEndian: port)
        bytes.append(bigEndian: length)
        bytes.append(bigEndian: 0 as UInt16)
        bytes.append(contentsOf: payload)
        return bytes
    }

    /// Fills in the checksum that belongs to these IPv4 addresses (given as numbers).
    static func fillChecksum(_ bytes: inout [UInt8], from source: UInt32, to destination: UInt32) {
        var sum = InternetChecksum()
        sum.add(source)
        sum.add(destination)
        sum.add(UInt32(udp) + UInt32(bytes.count))
        sum.add(bytes.span)
        // A sum of zero is sent as all ones: zero would say that there is no checksum.
        let checksum = sum.value == 0 ? 0xffff : sum.value
        bytes[6] = UInt8(checksum >> 8)
        bytes[7] = UInt8(checksum & 0xff)
    }
}
