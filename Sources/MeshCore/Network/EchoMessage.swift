internal import MeshWire

/// ICMP echo (RFC 792): `type:1 code:1 checksum:2 identifier:2 sequence:2 data`.
struct EchoMessage: Equatable {
    var identifier: UInt16
    var sequence: UInt16

    private static let header = 8
    /// As much as `ping` sends, so that both measure the same.
    private static let data = [UInt8](repeating: 0x6d, count: 56)

    /// A request, checksum filled in.
    func request() -> [UInt8] {
        var bytes: [UInt8] = [8, 0, 0, 0]
        bytes.append(bigEndian: identifier)
        bytes.append(bigEndian: sequence)
        bytes.append(contentsOf: Self.data)
        var sum = InternetChecksum()
        sum.add(bytes.span)
        bytes[2] = UInt8(sum.value >> 8)
        bytes[3] = UInt8(sum.value & 0xff)
        return bytes
    }

    /// The reply in an IPv4 packet and who sent it; nil for anything else.
    static func reply(in packet: Span<UInt8>) -> (EchoMessage, from: IPAddress)? {
        guard packet.count >= 20, packet[0] >> 4 == 4, packet[9] == 1 else { return nil }
        let start = Int(packet[0] & 15) * 4
        guard start >= 20, packet.count >= start + header, packet[start] == 0, packet[start + 1] == 0 else {
            return nil
        }
        let message = EchoMessage(
            identifier: packet.uint16(at: start + 4), sequence: packet.uint16(at: start + 6))
        return (message, IPAddress(v4: packet.uint32(at: 12)))
    }
}
