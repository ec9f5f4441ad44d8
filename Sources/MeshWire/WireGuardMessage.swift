/// The open part of WireGuard's four messages: enough to route one, nothing to read one.
public enum WireGuardMessage {
    /// Lengths in bytes, as WireGuard's paper gives them (§5.4).
    public static let initiationSize = 148
    /// Type 2.
    public static let responseSize = 92
    /// Type 3.
    public static let cookieReplySize = 64
    /// Type 4 without content: head and tag.
    public static let minimumDataSize = 32

    /// Nil unless type, reserved bytes and length fit together. Allocates nothing.
    public static func head(_ span: Span<UInt8>) -> WireGuardHead? {
        guard span.count >= minimumDataSize, span.uint32(at: 0) & 0xff_ffff == 0 else { return nil }
        switch (span[0], span.count) {
        case (1, initiationSize): return .initiation(sender: span.uint32(at: 4))
        case (2, responseSize): return .response(sender: span.uint32(at: 4), receiver: span.uint32(at: 8))
        case (3, cookieReplySize): return .cookieReply(receiver: span.uint32(at: 4))
        case (4, let count) where count % 16 == 0: return .data(receiver: span.uint32(at: 4))
        default: return nil
        }
    }
}

/// What a message says about who sent it and for whom it is.
public enum WireGuardHead: Hashable, Sendable {
    /// Type 1: who asks; for whom, only mac1 tells.
    case initiation(sender: ReceiverIndex)
    /// Type 2.
    case response(sender: ReceiverIndex, receiver: ReceiverIndex)
    /// Type 3.
    case cookieReply(receiver: ReceiverIndex)
    /// Type 4.
    case data(receiver: ReceiverIndex)

    /// The index by which a relay finds the receiver; nil for an initiation.
    public var receiver: ReceiverIndex? {
        switch self {
        case .initiation: nil
        case .response(_, let receiver), .cookieReply(let receiver), .data(let receiver): receiver
        }
    }
}
