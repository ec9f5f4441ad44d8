import MeshWire
import Testing

@testable import MeshCore

@Suite("UDP datagrams of raw sockets")
struct UDPDatagramTests {
    /// 192.0.2.1:5000 to 192.0.2.2:51820, four bytes.
    static func packet(options: Int = 0, udp: [UInt8]? = nil) -> [UInt8] {
        let header: [UInt8] = [0x45 + UInt8(options), 0, 0, 32, 0, 0, 0, 0, 63, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]
        let body = udp ?? [0x13, 0x88, 0xca, 0x6c, 0, 12, 0, 0] + Array("mtui".utf8)
        return header + [UInt8](repeating: 0, count: options * 4) + body
    }

    /// A span cannot go into an expectation.
    private static func parse(_ packet: [UInt8]) -> UDPDatagram? { UDPDatagram(packet: packet.span) }

    @Test("source, port and payload are found, with and without IP options", arguments: [0, 3, 10])
    func parses(options: Int) throws {
        let packet = Self.packet(options: options)
        let datagram = try #require(Self.parse(packet))
        #expect(datagram.source == Endpoint("192.0.2.1:5000"))
        #expect(datagram.destinationPort == 51820)
        #expect(Array(packet[datagram.payload]) == Array("mtui".utf8))
    }

    @Test("a datagram that is cut short anywhere is none")
    func short() {
        let packet = Self.packet(options: 1)
        for count in 0..<packet.count {
            #expect(Self.parse(Array(packet[..<count])) == nil)
        }
    }

    /// [2001:db8::1]:5000 to port 51820, four bytes.
    private static func packetOfIPv6(nextHeader: UInt8 = 17) -> [UInt8] {
        let head: [UInt8] = [0x60, 0, 0, 0, 0, 12, nextHeader, 63]
        let source: [UInt8] = [0x20, 1, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 11) + [1]
        return head + source + source + [0x13, 0x88, 0xca, 0x6c, 0, 12, 0, 0] + Array("mtui".utf8)
    }

    @Test("the same of IPv6, cut short anywhere or not UDP at once: none")
    func ipv6() throws {
        let packet = Self.packetOfIPv6()
        let datagram = try #require(Self.parse(packet))
        #expect(datagram.source == Endpoint("[2001:db8::1]:5000"))
        #expect(datagram.destinationPort == 51820)
        #expect(Array(packet[datagram.payload]) == Array("mtui".utf8))
        for count in 0..<packet.count { #expect(Self.parse(Array(packet[..<count])) == nil) }
        #expect(Self.parse(Self.packetOfIPv6(nextHeader: 0)) == nil)
    }

    @Test("what follows the UDP length is not payload")
    func padding() {
        let packet = Self.packet() + [1, 2, 3]
        #expect(Self.parse(packet)?.payload == 28..<32)
    }

    @Test("other protocols, other versions and impossible lengths are none")
    func malformed() {
        var packet = Self.packet()
        packet[9] = 6
        #expect(Self.parse(packet) == nil)
        packet = Self.packet()
        packet[0] = 0x65
        #expect(Self.parse(packet) == nil)
        packet = Self.packet()
        packet[0] = 0x44
        #expect(Self.parse(packet) == nil)
        let udp: [UInt8] = [0x13, 0x88, 0xca, 0x6c, 0, 7, 0, 0]
        #expect(Self.parse(Self.packet(udp: udp)) == nil)
    }

    @Test(
        "the checksum makes the sum of all words zero, for even, odd and empty payloads",
        arguments: [0, 1, 4, 33, 1200])
    func checksum(count: Int) throws {
        let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        var bytes = try #require(UDPDatagram.build(payload, port: 51820, toPort: 3478))
        UDPDatagram.fillChecksum(&bytes, from: 0xc000_0201, to: 0xc633_6402)
        var sum = InternetChecksum()
        sum.add(0xc000_0201)
        sum.add(0xc633_6402)
        sum.add(17 + UInt32(bytes.count))
        sum.add(bytes.span)
        #expect(sum.value == 0)
        #expect(Array(bytes[..<6]) == [0xca, 0x6c, 0x0d, 0x96, UInt8((count + 8) >> 8), UInt8((count + 8) & 0xff)])
        #expect(Array(bytes[8...]) == payload)
    }

    @Test("a sum of zero is sent as all ones, because zero means that there is no checksum")
    func zeroChecksum() throws {
        func built(_ payload: [UInt8]) throws -> [UInt8] {
            var bytes = try #require(UDPDatagram.build(payload, port: 1, toPort: 2))
            UDPDatagram.fillChecksum(&bytes, from: 3, to: 4)
            return bytes
        }
        // Adding the checksum of all the rest to a word that was zero brings the sum to zero.
        let plain = try built([0, 0])
        #expect(try Array(built(Array(plain[6..<8]))[6..<8]) == [0xff, 0xff])
    }

    @Test("a payload beyond what UDP carries is not built")
    func tooLong() {
        let payload = [UInt8](repeating: 0, count: 65_528)
        #expect(UDPDatagram.build(payload, port: 1, toPort: 2) == nil)
    }

    @Test("the checksum of RFC 1071's example")
    func rfc1071() {
        let bytes: [UInt8] = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]
        var sum = InternetChecksum()
        sum.add(bytes.span)
        #expect(sum.value == ~0xddf2)
    }
}
