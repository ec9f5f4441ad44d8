/// What the host gives to a friend: how to find the party and the secret that opens its invite (PROTOCOL.md §2).
///
/// ```
/// version:1 length:1(of all) party:16 I:16 minEpoch:4 fields{type:1 length:1 value} H("invite", preceding)[4]
/// ```
public struct InviteCode: Equatable, Sendable {
    /// The party.
    public let party: PartyID
    /// I: whoever has it can join, so it is never shown but as part of `text`.
    public let secret: Bytes16
    /// Epochs below are refused, so an old WELCOME can't be served again; at least 1.
    public let minEpoch: UInt32
    /// Control servers, to be tried in order.
    public let servers: [Server]
    /// Members that can be reached without a server.
    public let hosts: [HostHint]
    /// Fields of a later version that may be ignored; they are passed on.
    public let other: [Field]
    /// `mtui1`.
    public static let prefix = "mtui1"

    /// Throws `range` for epoch 0, a name that is no host's or more than fits into 255 bytes, `key` for a bad wg key.
    public init(
        party: PartyID, secret: Bytes16, minEpoch: UInt32, servers: [Server], hosts: [HostHint], other: [Field] = []
    ) throws(Refusal) {
        guard minEpoch > 0 else { throw .range }
        for server in servers where !server.host.isValid { throw .range }
        for host in hosts where !KeyRules.allowsX25519(host.wg) { throw .key }
        (self.party, self.secret, self.minEpoch) = (party, secret, minEpoch)
        (self.servers, self.hosts, self.other) = (servers, hosts, other)
        for field in fields where field.value.count > 255 { throw .range }
        _ = try CodeText.encode(body, checksum: Self.checksum)
    }

    /// K₀: opens the WELCOME.
    public var key: Bytes32 { Derivation.inviteKey(secret, party: party) }

    private static func checksum(_ bytes: [UInt8]) -> [UInt8] { Derivation.hash("invite", bytes) }

    /// Text as it was pasted: case, white space and hyphens don't matter.
    public init(text: String) throws(Refusal) {
        let bytes = try CodeText.decode(text, prefix: Self.prefix, checksum: Self.checksum)
        self = try Self.parse(bytes.span)
    }

    /// The text to hand on. It is the secret itself: never an argument of a command, never in a log.
    public var text: String { Self.prefix + Base32.encode(encode()) }

    /// The bytes behind the prefix.
    public static func decode(_ span: Span<UInt8>) throws(Refusal) -> InviteCode {
        try CodeText.check(span.array(0..<span.count), checksum: Self.checksum)
        return try parse(span)
    }

    /// The bytes behind the prefix. They fit, because `init` has tried.
    public func encode() -> [UInt8] { (try? CodeText.encode(body, checksum: Self.checksum)) ?? [] }

    private var fields: [Field] { servers.map(\.field) + hosts.map(\.field) + other }

    private var body: [UInt8] {
        var bytes = party.bytes + secret.bytes
        bytes.append(bigEndian: minEpoch)
        bytes.append(fields: fields)
        return bytes
    }

    private static func parse(_ span: Span<UInt8>) throws(Refusal) -> InviteCode {
        var cursor = ByteCursor(2..<span.count - CodeText.checksumSize)
        let party: PartyID = try cursor.fixed(span)
        let secret: Bytes16 = try cursor.fixed(span)
        let minEpoch = try cursor.uint32(span)
        var servers: [Server] = []
        var hosts: [HostHint] = []
        var other: [Field] = []
        for field in try Field.decode(span, cursor.offset..<cursor.end) {
            switch field.type {
            case Server.fieldType: servers.append(try Server(field.value.span))
            case HostHint.fieldType: hosts.append(try HostHint(field.value.span))
            default: other.append(field)
            }
        }
        return try InviteCode(
            party: party, secret: secret, minEpoch: minEpoch, servers: servers, hosts: hosts, other: other)
    }
}

extension InviteCode: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The party only: an invite that lands in a log must not let anybody in.
    public var description: String { "invite to \(party)" }
    /// As `description`.
    public var debugDescription: String { description }
    /// Without the secret, for `dump` and a test's report.
    public var customMirror: Mirror { Mirror(self, children: ["party": party, "servers": servers, "hosts": hosts]) }
}
