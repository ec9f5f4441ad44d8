import MeshWire
import Testing

@testable import MeshCore

/// What the kernel does with the instructions in use.
private func run(_ filter: PacketFilter, on packet: [UInt8]) -> Bool {
    var (accumulator, index, next) = (UInt32(0), 0, 0)
    while next < filter.instructions.count {
        let step = filter.instructions[next]
        next += 1
        let start = index + Int(step.operand)
        switch step.code {
        case .loadHeaderLength:
            guard Int(step.operand) < packet.count else { return false }
            index = Int(packet[Int(step.operand)] & 15) * 4
        case .loadHalf:
            guard Int(step.operand) + 2 <= packet.count else { return false }
            accumulator = UInt32(packet.span.uint16(at: Int(step.operand)))
        case .loadWord:
            guard Int(step.operand) + 4 <= packet.count else { return false }
            accumulator = packet.span.uint32(at: Int(step.operand))
        case .loadByte:
            guard Int(step.operand) < packet.count else { return false }
            accumulator = UInt32(packet[Int(step.operand)])
        case .jump: next += Int(step.operand)
        case .loadByteIndexed:
            guard start < packet.count else { return false }
            accumulator = UInt32(packet[start])
        case .loadHalfIndexed:
            guard start + 2 <= packet.count else { return false }
            accumulator = UInt32(packet.span.uint16(at: start))
        case .loadWordIndexed:
            guard start + 4 <= packet.count else { return false }
            accumulator = packet.span.uint32(at: start)
        case .jumpIfEqual: next += Int(accumulator == step.operand ? step.then : step.otherwise)
        case .give: return step.operand > 0
        }
    }
    return false
}

@Suite("What the kernel lets through to our sockets")
struct PacketFilterTests {
    private static func udp(port: UInt16, _ payload: [UInt8], options: Int = 0) -> [UInt8] {
        var bytes: [UInt8] = [0x13, 0x88]
        bytes.append(bigEndian: port)
        bytes.append(bigEndian: UInt16(8 + payload.count))
        return UDPDatagramTests.packet(options: options, udp: bytes + [0, 0] + payload)
    }

    private static let stun: [UInt8] = [0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42] + [UInt8](repeating: 7, count: 12)
    private static let tags = [MeshWire.Tag(0x0102_0304_0506_0708), MeshWire.Tag(0x1112_1314_1516_1718)]

    /// "mtui", version, kind, two more bytes, and what follows.
    private static func ours(_ kind: UInt8, _ rest: [UInt8] = []) -> [UInt8] {
        Array("mtui".utf8) + [1, kind, 1, 0] + rest
    }

    private static func check(_ tag: UInt64) -> [UInt8] {
        var rest: [UInt8] = []
        rest.append(bigEndian: tag)
        return ours(16, rest + [UInt8](repeating: 3, count: 100))
    }

    @Test(
        "STUN, relays' answers and checks for our own tags pass, nothing else",
        arguments: [
            (51820, check(0x0102_0304_0506_0708), true),
            (51820, check(0x1112_1314_1516_1718), true),
            (51820, check(0x0102_0304_0506_0709), false),  // a stranger's tag
            (51820, check(0x0102_0304_1516_1718), false),  // halves of two tags
            (51820, ours(16, [1, 2, 3, 4, 5, 6, 7]), false),  // cut short
            (51820, ours(2), true),  // CHALLENGE
            (51820, ours(3), true),  // OK
            (51820, ours(1), false),  // HELLO is for relays
            (51820, ours(17), false),
            (51820, Array("mtui".utf8), false),  // nothing behind the magic
            (51820, stun, true),
            (51821, check(0x0102_0304_0506_0708), false),  // another port
            (51821, stun, false),
            (51820, [4, 0, 0, 0] + [UInt8](repeating: 9, count: 28), false),  // WireGuard data
            (51820, [4, 0, 0, 0, 0x21, 0x12, 0xa4, 0x43], false),  // one bit beside the cookie
            (51820, [4, 0, 0, 0, 0x21, 0x12, 0xa4], false),  // cut short
            (51820, Array("mtu".utf8), false),
            (51820, [], false),
        ] as [(UInt16, [UInt8], Bool)])
    func controlDatagrams(port: UInt16, payload: [UInt8], passes: Bool) {
        let whole = PacketFilter.controlDatagrams(ports: [51820], tags: Self.tags, afterIPv4Header: true)
        for options in [0, 1, 10] {
            #expect(run(whole, on: Self.udp(port: port, payload, options: options)) == passes)
        }
        let behindHeader = Array(Self.udp(port: port, payload).dropFirst(20))
        let half = PacketFilter.controlDatagrams(ports: [51820], tags: Self.tags, afterIPv4Header: false)
        #expect(run(half, on: behindHeader) == passes)
    }

    @Test("as many tags and ports as there may be are reached by jumps, and without a tag no check passes")
    func many() {
        let tags = (1...UInt64(PacketFilter.mostTags)).map { MeshWire.Tag($0 << 32 | $0) }
        let filter = PacketFilter.controlDatagrams(ports: [1, 2, 51820], tags: tags, afterIPv4Header: true)
        #expect(filter.instructions.count < 255)
        for tag in tags { #expect(run(filter, on: Self.udp(port: 51820, Self.check(tag.word)))) }
        #expect(run(filter, on: Self.udp(port: 2, Self.stun)))
        #expect(!run(filter, on: Self.udp(port: 3, Self.stun)))
        let none = PacketFilter.controlDatagrams(ports: [51820], tags: [], afterIPv4Header: true)
        #expect(!run(none, on: Self.udp(port: 51820, Self.check(1))))
        #expect(run(none, on: Self.udp(port: 51820, Self.stun)))
    }

    @Test(
        "only echo replies to our own requests pass",
        arguments: [
            (0, 0x1234, true), (8, 0x1234, false), (0, 0x1235, false), (3, 0x1234, false),
        ] as [(UInt8, UInt16, Bool)])
    func echoReplies(type: UInt8, identifier: UInt16, passes: Bool) {
        var body: [UInt8] = [type, 0, 0, 0]
        body.append(bigEndian: identifier)
        let packet = UDPDatagramTests.packet(options: 2, udp: body + [0, 1])
        #expect(run(.echoReplies(identifier: 0x1234), on: packet) == passes)
    }
}
