/// What two members tell each other about their paths (PROTOCOL.md §5); ping and pong are 123 bytes.
///
/// ```
/// head:36 sealed{type:1 flags:1 extLen:2 counter:8 challenge:8 echo:8 transaction:8
///                rosterRank:9 rosterHash:8 observed:18 ext} tag:16
/// ```
public struct Check: Hashable, Sendable {
    /// What it is.
    public let type: CheckType
    /// Their meaning depends on the type.
    public let flags: UInt8
    /// incarnation:4 number:4, within one direction over all paths.
    public let counter: UInt64
    /// The sender's newest.
    public let challenge: UInt64
    /// The last one heard.
    public let echo: UInt64
    /// An answer repeats its question's.
    public let transaction: UInt64
    /// Of the sender's roster.
    public let rosterRank: RosterRank
    /// Of the sender's roster.
    public let rosterHash: Bytes8
    /// In a pong: where the ping came from. In a switch: where its receiver shall send.
    public let observed: Endpoint?
    /// The lists of `candidates`, and what later versions add.
    public let ext: [Field]
    /// The sealed bytes without ext.
    static let fixedSize = 71

    /// A check of its parts.
    public init(
        type: CheckType, flags: UInt8 = 0, counter: UInt64, challenge: UInt64 = 0, echo: UInt64 = 0,
        transaction: UInt64, rosterRank: RosterRank = RosterRank(), rosterHash: Bytes8 = Bytes8(),
        observed: Endpoint? = nil, ext: [Field] = []
    ) {
        (self.type, self.flags, self.counter, self.challenge) = (type, flags, counter, challenge)
        (self.echo, self.transaction, self.rosterRank) = (echo, transaction, rosterRank)
        (self.rosterHash, self.observed, self.ext) = (rosterHash, observed, ext)
    }

    /// The datagram. `nonce` is random, never twice under one key.
    public func seal(_ head: CheckHead, nonce: (UInt64, UInt32), key: CheckKey) -> [UInt8] {
        let preceding = head.encode(nonce: nonce)
        let nonceBytes = [UInt8](preceding.suffix(from: CheckHead.nonceAt))
        return SealedBytes.seal(plain, after: preceding, nonce: nonceBytes, key: key.key)
    }

    private var plain: [UInt8] {
        var extBytes: [UInt8] = []
        extBytes.append(ext: ext)
        var bytes = [type.rawValue, flags] + extBytes.prefix(2)
        bytes.append(bigEndian: counter)
        bytes.append(bigEndian: challenge)
        bytes.append(bigEndian: echo)
        bytes.append(bigEndian: transaction)
        bytes += rosterRank.bytes
        bytes += rosterHash.bytes
        bytes.append(observed)
        return bytes + extBytes.dropFirst(2)
    }

    /// Opens a datagram: `tag` when another key made it, `kind` for a type that this version doesn't know.
    public static func open(_ datagram: Span<UInt8>, key: CheckKey) throws(Refusal) -> Check {
        _ = try CheckHead.decode(datagram)
        let nonce = datagram.array(CheckHead.nonceAt..<CheckHead.size)
        let plain = try SealedBytes.open(datagram, after: CheckHead.size, nonce: nonce, key: key.key)
        return try Check(plain: plain.span)
    }

    init(plain: Span<UInt8>) throws(Refusal) {
        var cursor = ByteCursor(0..<plain.count)
        guard let type = CheckType(rawValue: try cursor.byte(plain)) else { throw .kind }
        self.type = type
        flags = try cursor.byte(plain)
        let extLength = Int(try cursor.uint16(plain))
        counter = try cursor.uint64(plain)
        challenge = try cursor.uint64(plain)
        echo = try cursor.uint64(plain)
        transaction = try cursor.uint64(plain)
        rosterRank = RosterRank(plain, at: try cursor.take(RosterRank.size))
        rosterHash = try cursor.fixed(plain)
        observed = Endpoint.decode(plain, at: try cursor.take(Endpoint.size))
        guard extLength <= Field.maximumBytes else { throw .range }
        let start = try cursor.take(extLength)
        try cursor.finish()
        ext = try Field.decode(plain, start..<start + extLength)
    }
}

/// type:1 of a check; others are for later.
public enum CheckType: UInt8, Hashable, Sendable {
    /// Is this path open?
    case ping = 1
    /// It is; proves the path of the ping.
    case pong
    /// Where the sender may be reached.
    case candidates
    /// Let us use this path.
    case switchPath
    /// Done, or (flag 1) not done.
    case switchAck
}

extension CheckHead {
    /// The shortest check, without ext: 123 bytes.
    public static let minimumDatagram = size + Check.fixedSize + SealedBytes.tagSize
}
