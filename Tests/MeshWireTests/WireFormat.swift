@testable import MeshWire
import Testing

/// A format with a good example: one row of what every decoder has to stand.
struct WireFormat: Sendable, CustomTestStringConvertible {
    let name: String
    let good: [UInt8]
    /// Mends a checksum after bytes were changed.
    let repair: @Sendable (inout [UInt8]) -> Void
    let decode: @Sendable (Span<UInt8>) throws(Refusal) -> Void
    var testDescription: String { name }

    init(
        _ name: String, _ good: [UInt8], repair: @escaping @Sendable (inout [UInt8]) -> Void = { _ in },
        _ decode: @escaping @Sendable (Span<UInt8>) throws(Refusal) -> Void
    ) {
        (self.name, self.good, self.repair, self.decode) = (name, good, repair, decode)
    }

    var torture: DecoderTorture { DecoderTorture(good: good, decode: decode) }

    static var all: [WireFormat] {
        get throws { try membership() + relay() + checks() + stun() }
    }

    private static func membership() throws -> [WireFormat] {
        let vectors = ProtocolVectors.all
        let (party, inviteKey) = (try party(), try key("K0"))
        let invites = try vectors.invite.enumerated().map { index, invite in
            WireFormat(
                "invite \(index)", try bytes(invite.bytes),
                repair: { mendCode(&$0) { Derivation.hash("invite", $0) } },
                { span throws(Refusal) in _ = try InviteCode.decode(span) })
        }
        let reply = try ReplyCode(wg: key("wg_b"), candidates: [Endpoint(IPAddress(v4: 0xc633_6404), 51_820)])
        let cards = try vectors.card.enumerated().map { index, card in
            WireFormat(
                "card \(index)", try bytes(card.bytes), { span throws(Refusal) in _ = try Card.decode(span) })
        }
        let rosters = try vectors.roster.enumerated().map { index, roster in
            WireFormat(
                "roster \(index)", try bytes(roster.bytes),
                { span throws(Refusal) in _ = try Roster.decode(span) })
        }
        return invites + cards + rosters + [
            WireFormat(
                "reply", reply.encode(inviteKey: inviteKey),
                repair: { mendCode(&$0) { Derivation.hash("reply", inviteKey.bytes, $0) } },
                { span throws(Refusal) in _ = try ReplyCode.decode(span, inviteKey: inviteKey) }),
            WireFormat(
                "WELCOME", try bytes(vectors.welcome.bytes),
                { span throws(Refusal) in _ = try Welcome.open(span, inviteKey: inviteKey, party: party) }),
            WireFormat(
                "GRANT", try bytes(vectors.grant.bytes),
                { span throws(Refusal) in _ = try Grant.peer(span) }),
        ]
    }

    private static func relay() throws -> [WireFormat] {
        let hellos = try ["hello", "hello_first", "hello_full"].map { name in
            WireFormat(name, try datagram(name), { span throws(Refusal) in _ = try Hello.decode(span) })
        }
        return try hellos + [
            WireFormat(
                "token", datagram("token"), { span throws(Refusal) in _ = try RelayToken.decode(span) }),
            WireFormat(
                "CHALLENGE", datagram("challenge"),
                { span throws(Refusal) in _ = try Challenge.decode(span) }),
            WireFormat("OK", datagram("ok"), { span throws(Refusal) in _ = try HelloOK.decode(span) }),
        ]
    }

    private static func checks() throws -> [WireFormat] {
        let checkKey = CheckKey(try key("check_key_ab"))
        let candidates = try datagram("candidates")
        let nonce = [UInt8](candidates[CheckHead.nonceAt..<CheckHead.size])
        let plain = try SealedBytes.open(candidates.span, after: CheckHead.size, nonce: nonce, key: checkKey.key)
        return try [
            WireFormat(
                "check", datagram("ping"), { span throws(Refusal) in _ = try Check.open(span, key: checkKey) }),
            WireFormat(
                "opened check", plain,
                { span throws(Refusal) in _ = try CandidateList(fields: Check(plain: span).ext) }),
        ]
    }

    private static func stun() throws -> [WireFormat] {
        try STUNVectors.all.map { vector in
            WireFormat(
                vector.name, try bytes(vector.hex),
                repair: { message in
                    guard vector.hasFingerprint else { return }
                    let end = message.count - 8
                    var crc: [UInt8] = []
                    crc.append(bigEndian: CRC32.checksum(message.span, 0..<end) ^ CRC32.stunMask)
                    message.replaceSubrange(end + 4..<end + 8, with: crc)
                },
                { span throws(Refusal) in _ = try STUNMessage.decode(span) })
        }
    }

    private static func mendCode(_ code: inout [UInt8], _ checksum: ([UInt8]) -> [UInt8]) {
        let end = code.count - CodeText.checksumSize
        code.replaceSubrange(end..., with: checksum([UInt8](code.prefix(end))).prefix(CodeText.checksumSize))
    }
}
