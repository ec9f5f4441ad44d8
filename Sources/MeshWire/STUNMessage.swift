/// A binding message (RFC 8489), with what RFC 5780 adds to find out how a NAT behaves.
///
/// ```
/// type:2 length:2(of what follows the header) cookie:4 transaction:12 attributes{type:2 length:2 value padding to 4}
/// ```
public struct STUNMessage: Hashable, Sendable {
    /// Question or answer.
    public let messageClass: MessageClass
    /// 1 for binding, the only one that is decoded.
    public let method: UInt16
    /// Ties answer to question.
    public let transaction: TransactionID
    /// XOR-MAPPED-ADDRESS: where the question came from.
    public internal(set) var xorMapped: Endpoint?
    /// MAPPED-ADDRESS, of servers as old as RFC 3489.
    public internal(set) var mapped: Endpoint?
    /// OTHER-ADDRESS (RFC 5780 §7.4): the server's second address and port.
    public internal(set) var otherAddress: Endpoint?
    /// RESPONSE-ORIGIN (RFC 5780 §7.3): where the answer was sent from.
    public internal(set) var responseOrigin: Endpoint?
    /// CHANGE-REQUEST (RFC 5780 §7.2).
    public internal(set) var changeRequest: ChangeRequest?
    /// ERROR-CODE, 300…699.
    public internal(set) var errorCode: Int?
    /// Whether there was a FINGERPRINT; a wrong one is refused.
    public internal(set) var hasFingerprint = false
    /// Whether there was an attribute that must be understood and isn't (RFC 8489 §6.3).
    public internal(set) var hasUnknownRequired = false

    /// The two bits that tell question from answer (RFC 8489 §5).
    public enum MessageClass: UInt8, Hashable, Sendable {
        /// A question.
        case request
        /// Wants no answer.
        case indication
        /// An answer.
        case success
        /// An answer with an error code.
        case error
    }

    /// Whence the answer shall come (RFC 5780 §7.2).
    public struct ChangeRequest: OptionSet, Hashable, Sendable {
        /// The last byte of the attribute.
        public let rawValue: UInt32
        /// From the attribute.
        public init(rawValue: UInt32) { self.rawValue = rawValue }
        /// From the server's other address.
        public static let address = ChangeRequest(rawValue: 4)
        /// From the server's other port.
        public static let port = ChangeRequest(rawValue: 2)
    }

    /// At bytes 4…7 of each message.
    public static let magicCookie: UInt32 = 0x2112_a442
    /// 20 bytes.
    public static let headerSize = 20
    static let binding: UInt16 = 1

    /// Whether these two bytes begin a binding message of any class.
    static func isBinding(_ type: UInt16) -> Bool { type & 0xfeef == binding }

    /// What the address seen from outside is, whichever attribute said it.
    public var reflexive: Endpoint? { xorMapped ?? mapped }

    init(type: UInt16, transaction: TransactionID) {
        messageClass = MessageClass(rawValue: UInt8(type >> 7 & 2 | type >> 4 & 1)) ?? .request
        method = Self.binding
        self.transaction = transaction
    }
}

/// Attribute numbers: RFC 8489 §18.3 and RFC 5780 §7.
enum STUNAttribute {
    static let mappedAddress: UInt16 = 0x0001
    static let changeRequest: UInt16 = 0x0003
    static let username: UInt16 = 0x0006
    static let messageIntegrity: UInt16 = 0x0008
    static let errorCode: UInt16 = 0x0009
    static let realm: UInt16 = 0x0014
    static let nonce: UInt16 = 0x0015
    static let xorMappedAddress: UInt16 = 0x0020
    static let priority: UInt16 = 0x0024
    static let padding: UInt16 = 0x0026
    static let software: UInt16 = 0x8022
    static let fingerprint: UInt16 = 0x8028
    static let responseOrigin: UInt16 = 0x802b
    static let otherAddress: UInt16 = 0x802c
    /// CHANGED-ADDRESS of RFC 3489, where old servers say what OTHER-ADDRESS says now.
    static let changedAddress: UInt16 = 0x0005
    /// SOURCE-ADDRESS of RFC 3489.
    static let sourceAddress: UInt16 = 0x0004
    /// From here up an attribute may be skipped.
    static let optional: UInt16 = 0x8000
}
