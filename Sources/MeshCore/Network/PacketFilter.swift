internal import CLinux

/// A classic BPF program that decides in the kernel what a raw socket receives, so that WireGuard's packets cost
/// this process nothing. A load beyond the packet's end drops the packet.
struct PacketFilter: Equatable {
    struct Instruction: Equatable {
        var code: Code
        /// How many instructions to skip when a comparison holds, and when it doesn't.
        var then: UInt8 = 0
        var otherwise: UInt8 = 0
        var operand: UInt32
    }

    /// The instructions in use, as <linux/bpf_common.h> composes them.
    enum Code: UInt16 {
        /// X = 4 × (byte at operand & 15): the length of an IPv4 header.
        case loadHeaderLength = 0xb1
        /// A = what stands at operand, big-endian.
        case loadWord = 0x20, loadHalf = 0x28
        /// A = what stands at X + operand, big-endian.
        case loadWordIndexed = 0x40, loadHalfIndexed = 0x48, loadByteIndexed = 0x50
        case jumpIfEqual = 0x15
        /// So many bytes of the packet pass.
        case give = 0x06
    }

    var instructions: [Instruction]

    /// "mtui", which each of our own datagrams begins with.
    static let magic: UInt32 = 0x6d74_7569
    /// Bytes 4 to 7 of each STUN message (RFC 8489 §5).
    static let stunCookie: UInt32 = 0x2112_a442

    private static let all = Instruction(code: .give, operand: 0x40000)
    private static let nothing = Instruction(code: .give, operand: 0)

    /// Datagrams for `port` that are ours or STUN.
    static func controlDatagrams(port: UInt16) -> PacketFilter {
        PacketFilter(instructions: [
            Instruction(code: .loadHeaderLength, operand: 0),
            Instruction(code: .loadHalfIndexed, operand: 2),
            Instruction(code: .jumpIfEqual, otherwise: 5, operand: UInt32(port)),
            Instruction(code: .loadWordIndexed, operand: 8),
            Instruction(code: .jumpIfEqual, then: 2, operand: magic),
            Instruction(code: .loadWordIndexed, operand: 12),
            Instruction(code: .jumpIfEqual, otherwise: 1, operand: stunCookie),
            all, nothing,
        ])
    }

    /// The same for a raw IPv6 socket, whose packets begin at the UDP header.
    static func controlDatagramsOfIPv6(port: UInt16) -> PacketFilter {
        PacketFilter(instructions: [
            Instruction(code: .loadHalf, operand: 2),
            Instruction(code: .jumpIfEqual, otherwise: 5, operand: UInt32(port)),
            Instruction(code: .loadWord, operand: 8),
            Instruction(code: .jumpIfEqual, then: 2, operand: magic),
            Instruction(code: .loadWord, operand: 12),
            Instruction(code: .jumpIfEqual, otherwise: 1, operand: stunCookie),
            all, nothing,
        ])
    }

    /// ICMP echo replies (type 0) to the requests of one identifier.
    static func echoReplies(identifier: UInt16) -> PacketFilter {
        PacketFilter(instructions: [
            Instruction(code: .loadHeaderLength, operand: 0),
            Instruction(code: .loadByteIndexed, operand: 0),
            Instruction(code: .jumpIfEqual, otherwise: 3, operand: 0),
            Instruction(code: .loadHalfIndexed, operand: 4),
            Instruction(code: .jumpIfEqual, otherwise: 1, operand: UInt32(identifier)),
            all, nothing,
        ])
    }

    func attach(to descriptor: Int32) throws(NetworkProblem) {
        var program = instructions.map {
            sock_filter(code: $0.code.rawValue, jt: $0.then, jf: $0.otherwise, k: $0.operand)
        }
        guard clinux_attach_filter(descriptor, &program, UInt16(program.count)) == 0 else {
            throw .socket("attaching a packet filter", .last)
        }
    }
}
