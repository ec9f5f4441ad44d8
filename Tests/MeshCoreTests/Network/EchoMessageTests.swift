import MeshWire
import Testing

@testable import MeshCore

@Suite("ICMP echo")
struct EchoMessageTests {
    private static func packet(_ icmp: [UInt8], version: UInt8 = 4, proto: UInt8 = 1) -> [UInt8] {
        [version << 4 | 5, 0, 0, 84, 0, 0, 0, 0, 64, proto, 0, 0, 10, 66, 0, 2, 10, 66, 0, 1] + icmp
    }

    /// A span cannot go into an expectation.
    private static func parse(_ packet: [UInt8]) -> (EchoMessage, from: IPAddress)? {
        EchoMessage.reply(in: packet.span)
    }

    @Test("a request is as long as ping's, and its checksum is right")
    func request() {
        let bytes = EchoMessage(identifier: 0x1234, sequence: 0xfffe).request()
        var sum = InternetChecksum()
        sum.add(bytes.span)
        #expect(bytes.count == 64)
        #expect(sum.value == 0)
        #expect(Array(bytes[..<2]) == [8, 0])
        #expect(Array(bytes[4..<8]) == [0x12, 0x34, 0xff, 0xfe])
    }

    @Test("a reply says whose it is and which request it answers")
    func reply() throws {
        let packet = Self.packet([0, 0, 9, 9, 0x12, 0x34, 0xff, 0xfe, 1, 2])
        let (message, from) = try #require(Self.parse(packet))
        #expect(message == EchoMessage(identifier: 0x1234, sequence: 0xfffe))
        #expect(from == IPAddress(v4: 0x0a42_0002))
    }

    @Test(
        "anything else is no reply",
        arguments: [
            packet([8, 0, 9, 9, 0x12, 0x34, 0, 1]),  // a request
            packet([0, 1, 9, 9, 0x12, 0x34, 0, 1]),  // a code
            packet([0, 0, 9, 9, 0x12, 0x34, 0]),  // cut short
            packet([0, 0, 9, 9, 0x12, 0x34, 0, 1], proto: 17),
            packet([0, 0, 9, 9, 0x12, 0x34, 0, 1], version: 6),
            [],
        ])
    func noReply(_ packet: [UInt8]) {
        #expect(Self.parse(packet) == nil)
    }
}
