/// What arrives on a port that STUN, relays, members and WireGuard share.
public enum Datagram {
    /// What a datagram is by its first bytes. Its decoder still has to agree.
    public enum Kind: Hashable, Sendable {
        /// A binding message with the magic cookie (RFC 8489 §5).
        case stun
        /// HELLO, CHALLENGE or OK.
        case relay(RelayKind)
        /// A check between members.
        case check
        /// A WireGuard message; its type is 1 to 4.
        case wireGuard(UInt8)
        /// Nothing of ours.
        case unknown
    }

    /// kind:1 of PROTOCOL.md §4.
    public enum RelayKind: UInt8, Hashable, Sendable {
        /// 1.
        case hello = 1
        /// 2.
        case challenge = 2
        /// 3.
        case ok = 3
    }

    /// Allocates nothing.
    public static func classify(_ span: Span<UInt8>) -> Kind {
        guard span.count >= 8 else { return .unknown }
        let first = span.uint32(at: 0)
        if first == WireHead.magic {
            if span[5] == CheckHead.kind { return .check }
            return RelayKind(rawValue: span[5]).map(Kind.relay) ?? .unknown
        }
        // A WireGuard message has three zeros behind its type, a binding message never has: so an index that happens
        // to equal the magic cookie is not taken for STUN.
        if span.uint32(at: 4) == STUNMessage.magicCookie, STUNMessage.isBinding(UInt16(first >> 16)) { return .stun }
        let type = UInt8(first >> 24)
        return first & 0xff_ffff == 0 && (1...4).contains(type) ? .wireGuard(type) : .unknown
    }
}
