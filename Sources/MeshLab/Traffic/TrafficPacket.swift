/// The payload of the traffic tool, big-endian: magic (4), number (8), sender's clock in nanoseconds (8), zeros up to the
/// size asked for. In the last ones of a run, which carry another magic, the number is how many were sent.
struct TrafficPacket: Equatable {
    enum Kind: UInt32 {
        case numbered = 0x4C61_4254
        case end = 0x4C61_4245
    }

    static let smallest = 20

    let kind: Kind
    let number: UInt64
    let sentAt: UInt64

    init(kind: Kind, number: UInt64, sentAt: UInt64) {
        self.kind = kind
        self.number = number
        self.sentAt = sentAt
    }

    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= TrafficPacket.smallest,
            let kind = Kind(rawValue: UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self)))
        else { return nil }
        self.kind = kind
        number = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt64.self))
        sentAt = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 12, as: UInt64.self))
    }

    func write(to bytes: UnsafeMutableRawPointer) {
        bytes.storeBytes(of: kind.rawValue.bigEndian, as: UInt32.self)
        bytes.storeBytes(of: number.bigEndian, toByteOffset: 4, as: UInt64.self)
        bytes.storeBytes(of: sentAt.bigEndian, toByteOffset: 12, as: UInt64.self)
    }
}
