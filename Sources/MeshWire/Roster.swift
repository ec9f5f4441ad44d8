import Crypto

/// What the host says (PROTOCOL.md §3): 164 bytes and what varies.
///
/// ```
/// version:1 flags:1(1 closed|2 ended|4 keep) party:16 epoch:4 sequence:4 Gₑ:32 root:32 subnet:4 prefix:1(16..30)
/// s:1 successors{key:32 sigByPrevious:64} nameLen:1 name:n
/// c:1 members{identity:32 status:1(1 member|2 host|else kicked) ipv4:4(0 unless fixed)} extLen:2 ext:m sig:64
/// ```
public struct Roster: Sendable {
    /// closed, ended, keep.
    public let flags: Flags
    /// H("party", root)[16].
    public let party: PartyID
    /// The epoch, at least 1.
    public let epoch: UInt32
    /// +1 with each roster.
    public let sequence: UInt32
    /// Gₑ's public half.
    public let group: PublicKey
    /// The party's root.
    public let root: PublicKey
    /// Of the party, for good: no later roster has another.
    public let network: IPv4Network
    /// Who took over from the root, in order, at most 16.
    public let successors: [Successor]
    /// Empty when its letters are not allowed: then the ID is shown.
    public let name: String
    /// Everybody whom the host has named, the kicked ones too.
    public let members: [Member]
    /// Fields that this version doesn't know and may skip.
    public let ext: [Field]
    /// By the last successor, else by root.
    public let sig: Bytes64
    /// The roster as it came.
    public let bytes: [UInt8]
    /// SHA-256 of all before the signature.
    public let digest: Bytes32
    /// Its first eight bytes. They ride in every check, so they are worked out once.
    public let hash: Bytes8
    /// A party is not handed over more often.
    static let maximumSuccessors = 16

    static let signatureName = "roster"
    static let successorName = "successor"

    /// Checks the form: lengths, keys, ranges, nobody twice. Not the signatures.
    public static func decode(_ span: Span<UInt8>) throws(Refusal) -> Roster { try Roster(span) }

    init(_ span: Span<UInt8>) throws(Refusal) {
        var cursor = ByteCursor(0..<span.count)
        guard try cursor.byte(span) == WireHead.version else { throw .version }
        flags = Flags(rawValue: try cursor.byte(span))
        party = try cursor.fixed(span)
        epoch = try cursor.uint32(span)
        sequence = try cursor.uint32(span)
        group = try cursor.signingKey(span)
        root = try cursor.signingKey(span)
        network = try IPv4Network.ofParty(try cursor.uint32(span), try cursor.byte(span))
        let count = try cursor.byte(span)
        guard epoch > 0, count <= Self.maximumSuccessors else { throw .range }
        var successors: [Successor] = []
        for _ in 0..<count { successors.append(try Successor(span, &cursor)) }
        self.successors = successors
        name = try cursor.name(span).flatMap { try? PartyName($0).text } ?? ""
        var members: [Member] = []
        for _ in 0..<(try cursor.byte(span)) { members.append(try Member(span, &cursor)) }
        self.members = members
        ext = try cursor.ext(span)
        sig = try cursor.fixed(span)
        try cursor.finish()
        guard Set(members.map(\.identity)).count == members.count else { throw .range }
        bytes = span.array(0..<span.count)
        let hashed = [UInt8](SHA256.hash(data: bytes.dropLast(Bytes64.count)))
        (digest, hash) = (Bytes32(hashed.span, at: 0), Bytes8(hashed.span, at: 0))
    }

    /// Throws `party` unless the root gives the party ID, `signature` unless each successor was named by the one
    /// before and the last has signed.
    ///
    /// - Parameter held: a verified roster of the party: the successors that both begin with are not verified again.
    public func verify(after held: Roster? = nil) throws(Refusal) {
        guard Derivation.partyID(root: root) == party else { throw .party }
        var signer = root
        var position: UInt8 = 0
        let known = held?.root == root ? zip(successors, held?.successors ?? []).prefix { $0 == $1 }.count : 0
        for (index, successor) in successors.enumerated() {
            position += 1
            defer { signer = successor.key }
            guard index >= known else { continue }
            let covered = Successor.covered(party: party, position: position, key: successor.key)
            try SigningKey.check(successor.sigByPrevious, Self.successorName, covered, by: signer)
        }
        try SigningKey.check(sig, Self.signatureName, [UInt8](bytes.dropLast(Bytes64.count)), by: signer)
    }

    /// Whose signature counts: the last successor's, else root's.
    public var signer: PublicKey { successors.last?.key ?? root }
    /// How it compares with other rosters of the party.
    public var rank: RosterRank {
        RosterRank(successors: UInt8(successors.count), epoch: epoch, sequence: sequence)
    }
    /// The network's first address.
    public var subnet: UInt32 { network.address }
    /// Length of the network's prefix, 16…30.
    public var prefix: UInt8 { network.prefix }
    /// The row of an identity.
    public func member(_ identity: PublicKey) -> Member? { members.first { $0.identity == identity } }
}

extension Roster: Equatable {
    /// By the bytes: everything else is read from them.
    public static func == (left: Roster, right: Roster) -> Bool { left.bytes == right.bytes }
}
