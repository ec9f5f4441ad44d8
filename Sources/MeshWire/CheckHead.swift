/// The open part of a check (PROTOCOL.md §5), 36 bytes: by it a relay forwards and a receiver finds the key.
///
/// ```
/// "mtui" version:1 kind:1=16 epochLow:1 zero:1 receiverTag:8 senderTag:8 nonce:12
/// ```
public struct CheckHead: Hashable, Sendable {
    /// The lowest byte of the epoch whose key sealed it.
    public let epochLow: UInt8
    /// For whom it is.
    public let receiverTag: Tag
    /// Who says to have sent it; known for sure once it is opened.
    public let senderTag: Tag
    /// 16.
    public static let kind: UInt8 = 16
    /// 36 bytes.
    public static let size = 36
    static let nonceAt = 24

    /// A head of its parts.
    public init(epochLow: UInt8, receiverTag: Tag, senderTag: Tag) {
        (self.epochLow, self.receiverTag, self.senderTag) = (epochLow, receiverTag, senderTag)
    }

    /// Checks head and length of the whole datagram. Allocates nothing.
    public static func decode(_ span: Span<UInt8>) throws(Refusal) -> CheckHead {
        try WireHead.check(span, kind: kind)
        guard span.count >= minimumDatagram else { throw .short }
        guard span.count <= WireHead.maximumLength else { throw .long }
        return CheckHead(epochLow: span[6], receiverTag: Tag(span, at: 8), senderTag: Tag(span, at: 16))
    }

    func encode(nonce: (UInt64, UInt32)) -> [UInt8] {
        var bytes = WireHead.bytes(kind: Self.kind, capacity: Self.size)
        bytes += [epochLow, 0]
        bytes.append(bigEndian: receiverTag.word)
        bytes.append(bigEndian: senderTag.word)
        bytes.append(bigEndian: nonce.0)
        bytes.append(bigEndian: nonce.1)
        return bytes
    }
}
