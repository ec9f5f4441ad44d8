import MeshWire
import Testing

@Suite("What PROTOCOL.md refuses")
struct RefusalVectorTests {
    /// Refusals that need a roster, a clock or held state. They run where those rules are, in MeshRulesTests.
    static let runInMeshRules: Set<String> = [
        "WELCOME whose key is not the roster's",
        "WELCOME below the invite's minEpoch",
        "card of another epoch",
        "card of another party",
        "card outside the party's subnet",
        "card of one who was kicked",
        "card not listed in a closed party",
        "card with a wg key that is taken",
        "card with an address that is taken",
        "same rank, another content",
        "a former host names another successor with a higher rank",
        "token of an unknown issuer",
        "expired token",
        "open relay, scope not the issuer's",
    ]

    static var runHere: [ProtocolVectors.Refused] {
        ProtocolVectors.all.refusals.filter { !runInMeshRules.contains($0.what) }
    }

    @Test("every refusal of the vectors runs here or is named as one of MeshRules")
    func everyRefusalRunsSomewhere() {
        let all = ProtocolVectors.all.refusals
        #expect(all.count == 91)
        #expect(Self.runInMeshRules.isSubset(of: Set(all.map(\.what))))
        #expect(Self.runHere.count == all.count - Self.runInMeshRules.count)
        #expect(Self.runHere.filter { Self.decoder($0.what) == nil }.map(\.what) == [])
        #expect(all.filter { Refusal(rawValue: $0.refusal) == nil }.map(\.what) == [])
    }

    @Test("bytes are refused for the reason named", arguments: runHere)
    func refused(_ vector: ProtocolVectors.Refused) throws {
        let decode = try #require(Self.decoder(vector.what))
        #expect(try refusal { try decode(vector) }?.rawValue == vector.refusal)
    }

    typealias Decoder = (ProtocolVectors.Refused) throws -> Void

    /// Which decoder an input is for, by the words that describe it.
    static func decoder(_ what: String) -> Decoder? {
        let table: [(String, Decoder)] = [
            ("name", name), ("invite", invite), ("WELCOME", welcome), ("GRANT", grant), ("card", card),
            ("roster", roster), ("successor", roster), ("join", join), ("token", token), ("HELLO", hello),
            ("not our magic", hello), ("OK", ok), ("CHALLENGE", challenge), ("check", check),
        ]
        return table.first { what.hasPrefix($0.0) }?.1
    }

    private static func name(_ vector: ProtocolVectors.Refused) throws { _ = try MemberName(bytes(vector.input)) }

    private static func invite(_ vector: ProtocolVectors.Refused) throws { _ = try InviteCode(text: vector.input) }

    private static func welcome(_ vector: ProtocolVectors.Refused) throws {
        let input = try bytes(vector.input)
        let secret = try vector.given?.I.flatMap { Bytes16(hex: $0) } ?? key16("I")
        let otherParty = vector.given?.party.flatMap { Bytes16(hex: $0) }
        let inviteKey = try Derivation.inviteKey(secret, party: party())
        _ = try Welcome.open(input.span, inviteKey: inviteKey, party: otherParty ?? party())
    }

    private static func grant(_ vector: ProtocolVectors.Refused) throws {
        let own = try #require(vector.given?.own)
        let input = try bytes(vector.input)
        _ = try Grant.open(
            input.span, own: key16("peer_\(own)"), wgPrivate: key("wg_\(own)_private"), party: party())
    }

    private static func card(_ vector: ProtocolVectors.Refused) throws {
        let index = try #require(vector.given?.roster)
        let held = try bytes(ProtocolVectors.all.roster[index].bytes)
        let input = try bytes(vector.input)
        try Card.decode(input).verify(group: Roster.decode(held).group)
    }

    private static func roster(_ vector: ProtocolVectors.Refused) throws {
        try Roster.decode(bytes(vector.input)).verify()
    }

    private static func join(_ vector: ProtocolVectors.Refused) throws {
        let join = ProtocolVectors.all.join
        let card = try bytes(ProtocolVectors.all.card[#require(vector.given?.card)].bytes)
        try JoinMessage.verify(
            #require(Bytes64(hex: vector.input)), keyHash: #require(Bytes16(hex: join.keyHash)),
            nonce: #require(Bytes32(hex: join.nonce)), card: card, identity: Card.decode(card).identity)
    }

    private static func token(_ vector: ProtocolVectors.Refused) throws {
        try RelayToken.decode(bytes(vector.input)).verify()
    }

    private static func hello(_ vector: ProtocolVectors.Refused) throws {
        let input = try bytes(vector.input)
        _ = try Hello.decode(input)
        try Hello.verifyMAC(input.span, key: key(#require(vector.given?.key)))
    }

    private static func ok(_ vector: ProtocolVectors.Refused) throws {
        let input = try bytes(vector.input)
        _ = try HelloOK.decode(input)
        try HelloOK.verifyMAC(input.span, key: key(#require(vector.given?.key)))
    }

    private static func challenge(_ vector: ProtocolVectors.Refused) throws {
        _ = try Challenge.decode(bytes(vector.input))
    }

    private static func check(_ vector: ProtocolVectors.Refused) throws {
        let input = try bytes(vector.input)
        _ = try Check.open(input.span, key: CheckKey(key(#require(vector.given?.key))))
    }
}
