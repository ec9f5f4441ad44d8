import MeshWire
import Testing

@testable import MeshCore

/// The bytes are those of a little-endian machine, which is what we run on.
@Suite("The kernel's packet log")
struct NetlinkLogMessageTests {
    @Test("the three requests are what the kernel took when it was tried")
    func requests() {
        #expect(
            NetlinkLogMessage.bind(group: 77).hex
                == "1c000000" + "0104" + "0500" + "00000000" + "00000000" + "0000004d" + "05000100" + "01000000")
        #expect(
            NetlinkLogMessage.copy(group: 77, bytes: 200).hex
                == "20000000" + "0104" + "0500" + "00000000" + "00000000" + "0000004d" + "0a000200" + "000000c8"
                + "02000000")
        #expect(
            NetlinkLogMessage.threshold(group: 77, packets: 1).hex
                == "1c000000" + "0104" + "0500" + "00000000" + "00000000" + "0000004d" + "08000500" + "00000001")
    }

    @Test(
        "the kernel's answer is a number",
        arguments: [
            ("2400000002000000000000000000000000000000", 0),
            ("240000000200000000000000" + "00000000" + "f0ffffff", 16),  // EBUSY
            ("240000000004000000000000" + "00000000" + "f0ffffff", nil),  // a packet
            ("24000000020000000000000000000000000000", nil),  // cut short
        ] as [(String, Int32?)])
    func answer(_ hex: String, _ expected: Int32?) throws {
        let bytes = try #require([UInt8](hex: hex))
        let answer = NetlinkLogMessage.answer(bytes.span)
        #expect(answer == expected)
    }

    /// Two messages: one with a prefix attribute before its packet, one with a packet only.
    private static let twoPackets =
        "28000000" + "0004" + "0000" + "00000000" + "00000000" + "0200004d"  // length 40
        + "05000a00" + "00000000" + "0a000900" + "450000aabbcc" + "0000"
        + "1c000000" + "0004" + "0000" + "00000000" + "00000000" + "0200004d" + "08000900" + "46112233"

    private static func packets(_ bytes: [UInt8], _ count: Int) -> [String] {
        var found: [String] = []
        NetlinkLogMessage.forEachPacket(in: bytes.span.extracting(0..<count)) { packet in
            found.append(packet.array(0..<packet.count).hex)
        }
        return found
    }

    @Test("each packet of a read is found, behind other attributes and other messages")
    func packets() throws {
        let bytes = try #require([UInt8](hex: Self.twoPackets))
        #expect(Self.packets(bytes, bytes.count) == ["450000aabbcc", "46112233"])
    }

    @Test("a read that is cut short gives what is whole")
    func short() throws {
        let bytes = try #require([UInt8](hex: Self.twoPackets))
        for count in 0..<bytes.count {
            #expect(Self.packets(bytes, count) == (count < 40 ? [] : ["450000aabbcc"]))
        }
    }

    @Test("lengths that lie do not lead out of the bytes")
    func lying() throws {
        for at in [0, 20, 28] {
            for lie in [0, 1, 3, 0x7f, 0xff] as [UInt8] {
                var bytes = try #require([UInt8](hex: Self.twoPackets))
                bytes[at] = lie
                #expect(Self.packets(bytes, bytes.count).count <= 2)
            }
        }
    }
}
