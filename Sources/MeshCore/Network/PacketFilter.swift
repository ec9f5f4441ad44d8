internal import CLinux
internal import MeshWire

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
        case loadWord = 0x20, loadHalf = 0x28, loadByte = 0x30
        /// A = what stands at X + operand, big-endian.
        case loadWordIndexed = 0x40, loadHalfIndexed = 0x48, loadByteIndexed = 0x50
        case jumpIfEqual = 0x15
        /// So many instructions are skipped.
        case jump = 0x05
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

    /// More tags than a machine has at a time; a jump reaches 255 instructions.
    static let mostTags = 16

    /// Datagrams for `ports` that are STUN, a relay's answer (kinds 2 and 3) or a check (kind 16) for one of `tags`
    /// (PROTOCOL.md §4 and §5). Packets of a raw IPv4 socket begin at the IP
    /// header, those of a raw IPv6 socket at the UDP header.
    static func controlDatagrams(ports: [UInt16], tags: [Tag], afterIPv4Header: Bool) -> PacketFilter {
        let (half, word, byte): (Code, Code, Code) =
            afterIPv4Header
            ? (.loadHalfIndexed, .loadWordIndexed, .loadByteIndexed) : (.loadHalf, .loadWord, .loadByte)
        var program = Program()
        if afterIPv4Header { program.add(.loadHeaderLength, 0) }
        program.add(half, 2)
        for port in ports { program.jump(if: UInt32(port), to: .body) }
        program.jump(to: .nothing)
        program.mark(.body)
        program.add(word, 8)
        program.jump(if: magic, to: .ours)
        program.add(word, 12)
        program.jump(if: stunCookie, to: .all)
        program.jump(to: .nothing)
        program.mark(.ours)
        program.add(byte, 13)
        for kind in [Datagram.RelayKind.challenge, .ok] { program.jump(if: UInt32(kind.rawValue), to: .all) }
        program.jump(unless: UInt32(CheckHead.kind), to: .nothing)
        for tag in tags.prefix(mostTags) {
            program.add(word, 16)
            program.skip(2, unless: UInt32(tag.word >> 32))
            program.add(word, 20)
            program.jump(if: UInt32(truncatingIfNeeded: tag.word), to: .all)
        }
        program.mark(.nothing)
        program.instructions.append(nothing)
        program.mark(.all)
        program.instructions.append(all)
        return program.filter
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

/// A program whose jumps are given by where they lead; all lead forward.
private struct Program {
    enum Place { case body, ours, nothing, all }

    var instructions: [PacketFilter.Instruction] = []
    private var jumps: [(index: Int, place: Place, whenEqual: Bool)] = []
    private var places: [(place: Place, index: Int)] = []

    mutating func add(_ code: PacketFilter.Code, _ operand: UInt32) {
        instructions.append(PacketFilter.Instruction(code: code, operand: operand))
    }

    mutating func jump(if value: UInt32, to place: Place) {
        jumps.append((instructions.count, place, true))
        add(.jumpIfEqual, value)
    }

    mutating func jump(unless value: UInt32, to place: Place) {
        jumps.append((instructions.count, place, false))
        add(.jumpIfEqual, value)
    }

    mutating func jump(to place: Place) {
        jumps.append((instructions.count, place, true))
        add(.jump, 0)
    }

    /// Leaves out the next instructions when the value is another.
    mutating func skip(_ count: UInt8, unless value: UInt32) {
        instructions.append(PacketFilter.Instruction(code: .jumpIfEqual, otherwise: count, operand: value))
    }

    mutating func mark(_ place: Place) { places.append((place, instructions.count)) }

    var filter: PacketFilter {
        var instructions = instructions
        for jump in jumps {
            guard let target = places.first(where: { $0.place == jump.place })?.index else { continue }
            let distance = target - jump.index - 1
            if instructions[jump.index].code == .jump {
                instructions[jump.index].operand = UInt32(distance)
            } else if jump.whenEqual {
                instructions[jump.index].then = UInt8(clamping: distance)
            } else {
                instructions[jump.index].otherwise = UInt8(clamping: distance)
            }
        }
        return PacketFilter(instructions: instructions)
    }
}
