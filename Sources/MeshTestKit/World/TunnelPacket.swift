import MeshWire

/// What travels inside the model tunnel: echo requests and answers, and counted traffic.
///
///     kind:1 zero:3 source:4 number:8 flow:4 padding
enum TunnelPacket: Equatable {
    case echoRequest(from: IPAddress, id: UInt64)
    case echoReply(id: UInt64)
    case traffic(flow: Int, number: UInt64)

    /// As `ping` sends it: 84 bytes, 96 when padded.
    private static let echoSize = 96
    private static let trafficSize = 48

    func encode() -> [UInt8] {
        switch self {
        case .echoRequest(let source, let id): Self.bytes(1, source.v4 ?? 0, id, 0, Self.echoSize)
        case .echoReply(let id): Self.bytes(2, 0, id, 0, Self.echoSize)
        case .traffic(let flow, let number): Self.bytes(3, 0, number, UInt32(flow), Self.trafficSize)
        }
    }

    static func decode(_ bytes: [UInt8]) -> TunnelPacket? {
        guard bytes.count >= 20 else { return nil }
        let span = bytes.span
        switch span[0] {
        case 1: return .echoRequest(from: IPAddress(v4: span.uint32(at: 4)), id: span.uint64(at: 8))
        case 2: return .echoReply(id: span.uint64(at: 8))
        case 3: return .traffic(flow: Int(span.uint32(at: 16)), number: span.uint64(at: 8))
        default: return nil
        }
    }

    private static func bytes(_ kind: UInt8, _ source: UInt32, _ number: UInt64, _ flow: UInt32, _ size: Int) -> [UInt8]
    {
        var bytes: [UInt8] = [kind, 0, 0, 0]
        bytes.reserveCapacity(size)
        bytes.append(bigEndian: source)
        bytes.append(bigEndian: number)
        bytes.append(bigEndian: flow)
        bytes.append(contentsOf: repeatElement(0, count: size - 20))
        return bytes
    }
}
