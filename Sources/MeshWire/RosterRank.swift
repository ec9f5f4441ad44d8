/// s:1 epoch:4 sequence:4, the highest wins (PROTOCOL.md §3). It rides in every ping.
public struct RosterRank: Hashable, Comparable, Sendable, Codable {
    /// How often the root was succeeded.
    public let successors: UInt8
    /// The epoch.
    public let epoch: UInt32
    /// +1 with each roster.
    public let sequence: UInt32
    /// 9 bytes.
    public static let size = 9

    /// A rank of its parts.
    public init(successors: UInt8, epoch: UInt32, sequence: UInt32) {
        (self.successors, self.epoch, self.sequence) = (successors, epoch, sequence)
    }

    /// Below every roster's.
    public init() { self.init(successors: 0, epoch: 0, sequence: 0) }

    /// The nine bytes from `offset`; the caller has checked that they are there.
    public init(_ span: Span<UInt8>, at offset: Int) {
        self.init(
            successors: span[offset], epoch: span.uint32(at: offset + 1), sequence: span.uint32(at: offset + 5))
    }

    /// The nine bytes.
    public var bytes: [UInt8] {
        var result = [successors]
        result.append(bigEndian: epoch)
        result.append(bigEndian: sequence)
        return result
    }

    /// Successors first, then epoch, then sequence.
    public static func < (left: RosterRank, right: RosterRank) -> Bool {
        (left.successors, left.epoch, left.sequence) < (right.successors, right.epoch, right.sequence)
    }
}
