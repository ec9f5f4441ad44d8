/// Who a member is, signed by the member and by the group (PROTOCOL.md §3): 229 bytes + name + ext.
///
/// ```
/// version:1 flags:1 party:16 epoch:4 sequence:8 identity:32 wg:32 ipv4:4
/// nameLen:1 name:n extLen:2 ext:m identitySig:64 groupSig:64(covers identitySig)
/// ```
public struct Card: Sendable {
    /// None are named yet.
    public let flags: UInt8
    /// The party.
    public let party: PartyID
    /// The epoch whose group signed it.
    public let epoch: UInt32
    /// incarnation:4 number:4; the highest of an identity is kept.
    public let sequence: UInt64
    /// The member's Ed25519 key.
    public let identity: PublicKey
    /// The machine's WireGuard key.
    public let wg: PublicKey
    /// Its address in the party.
    public let ipv4: UInt32
    /// Empty when its letters are not allowed (PROTOCOL.md, Names): then the ID is shown.
    public let name: String
    /// Fields that this version doesn't know and may skip.
    public let ext: [Field]
    /// The member's signature.
    public let identitySig: Bytes64
    /// The group's signature, also over the member's.
    public let groupSig: Bytes64
    /// The card as it came.
    public let bytes: [UInt8]

    /// When the run of the node that made the card began (field 4), in seconds since 1970; the first version doesn't say.
    public var started: UInt64? {
        ext.first { $0.type == Self.startedField && $0.value.count == 8 }.map { $0.value.span.uint64(at: 0) }
    }
    private static let startedField: UInt8 = 4

    /// Field 4 of `ext`; none for 0.
    public static func ext(started: UInt64) -> [Field] {
        started == 0 ? [] : [Field(type: startedField, value: Bytes8(started).bytes)]
    }

    /// H("peer", identity)[16].
    public var peer: PeerID { Derivation.peerID(identity: identity) }

    /// ext field 3: the TCP port on which the host serves the party's control plane at its virtual address too; nil
    /// without one.
    public var servedPort: UInt16? {
        guard let value = ext.first(where: { $0.type == Self.servedPortField })?.value, value.count == 2 else {
            return nil
        }
        let port = UInt16(value[0]) << 8 | UInt16(value[1])
        return port == 0 ? nil : port
    }

    /// ext field 3 with this port.
    public static func field(servedPort port: UInt16) -> Field {
        Field(type: servedPortField, value: [UInt8(port >> 8), UInt8(truncatingIfNeeded: port)])
    }

    private static let servedPortField: UInt8 = 3
    private static let signatureName = "card"

    /// Checks the form: lengths, keys, length of the name, no field from a newer version. Not the signatures.
    public static func decode(_ span: Span<UInt8>) throws(Refusal) -> Card { try Card(span) }

    private init(_ span: Span<UInt8>) throws(Refusal) {
        var cursor = ByteCursor(0..<span.count)
        guard try cursor.byte(span) == WireHead.version else { throw .version }
        flags = try cursor.byte(span)
        party = try cursor.fixed(span)
        epoch = try cursor.uint32(span)
        sequence = try cursor.uint64(span)
        identity = try cursor.signingKey(span)
        wg = try cursor.agreementKey(span)
        ipv4 = try cursor.uint32(span)
        name = try cursor.name(span).flatMap { try? MemberName($0).text } ?? ""
        ext = try cursor.ext(span)
        identitySig = try cursor.fixed(span)
        groupSig = try cursor.fixed(span)
        try cursor.finish()
        bytes = span.array(0..<span.count)
    }

    /// Signs a new card with both keys. Throws `name` for a name that is not allowed and `key` for a bad wg key.
    public static func make(
        flags: UInt8 = 0, party: PartyID, epoch: UInt32, sequence: UInt64, wg: PublicKey, ipv4: UInt32, name: String,
        ext: [Field] = [], identity: SigningKey, group: SigningKey
    ) throws(Refusal) -> Card {
        var bytes = [WireHead.version, flags] + party.bytes
        bytes.append(bigEndian: epoch)
        bytes.append(bigEndian: sequence)
        bytes += identity.publicKey.bytes + wg.bytes
        bytes.append(bigEndian: ipv4)
        bytes.append(name: try MemberName(name).text)
        bytes.append(ext: ext)
        bytes += identity.sign(signatureName, bytes)
        bytes += group.sign(signatureName, bytes)
        return try Card(bytes.span)
    }

    /// Throws `signature` unless both are valid.
    public func verify(group: PublicKey) throws(Refusal) {
        let covered = [UInt8](bytes.dropLast(Bytes64.count))
        let own = [UInt8](covered.dropLast(Bytes64.count))
        try SigningKey.check(identitySig, Self.signatureName, own, by: identity)
        try SigningKey.check(groupSig, Self.signatureName, covered, by: group)
    }
}

extension Card: Hashable {
    /// By the bytes: everything else is read from them.
    public static func == (left: Card, right: Card) -> Bool { left.bytes == right.bytes }
    /// By the bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

extension ByteCursor {
    /// nameLen:1 name:n: nil for what is no UTF-8; throws `name` for a length outside 1…32.
    mutating func name(_ span: Span<UInt8>) throws(Refusal) -> String? {
        let length = Int(try byte(span))
        guard (1...MemberName.maximumBytes).contains(length) else { throw .name }
        return String(validating: try array(length, span), as: UTF8.self)
    }
}

extension [UInt8] {
    mutating func append(name: String) {
        append(UInt8(name.utf8.count))
        append(contentsOf: name.utf8)
    }
}
