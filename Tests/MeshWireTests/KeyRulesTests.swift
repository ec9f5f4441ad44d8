import MeshWire
import Testing

@Suite("Which keys are taken")
struct KeyRulesTests {
    private static let ff30 = String(repeating: "ff", count: 30)

    /// Little-endian: the lowest byte first, the top bit in the last.
    @Test(
        "one form of each key only",
        arguments: [
            ("eb" + ff30 + "7f", true, true),  // p - 2
            ("ed" + ff30 + "7f", false, false),  // p
            ("ee" + ff30 + "7f", false, false),  // p + 1, another name of 1
            ("ff" + ff30 + "7f", false, false),  // 2^255 - 1
            ("eb" + ff30 + "ff", false, true),  // Ed25519's top bit is the sign of x
            ("ed" + ff30 + "ff", false, false),
            ("02" + String(repeating: "00", count: 30) + "80", false, true),
            ("ed" + ff30.dropLast(2) + "fe7f", true, true),  // lower in a middle byte
        ])
    func canonical(hex: String, x25519: Bool, ed25519: Bool) throws {
        let key = try #require(PublicKey(hex: hex))
        #expect(KeyRules.allowsX25519(key) == x25519)
        #expect(KeyRules.allowsEd25519(key) == ed25519)
    }

    private static let smallU = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    ]
    /// Every point of order 1, 2, 4 and 8, and x = 0 with the sign bit.
    private static let smallY = [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ]

    @Test("an X25519 key of small order is refused, because its secret is known to all", arguments: smallU)
    func smallOrderX25519(hex: String) throws {
        let publicKey = try #require(PublicKey(hex: hex))
        #expect(!KeyRules.allowsX25519(publicKey))
        #expect(throws: Refusal.key) {
            try KeyAgreement.shared(privateKey: key("wg_a_private"), publicKey: publicKey)
        }
    }

    @Test("an identity of small order is refused: it signs everything for everybody", arguments: smallY)
    func smallOrderEd25519(hex: String) throws {
        let publicKey = try #require(PublicKey(hex: hex))
        #expect(!KeyRules.allowsEd25519(publicKey))
        // R = 1 and S = 0.
        let forged = [1] + [UInt8](repeating: 0, count: 63)
        let taken = (0..<64).count { SigningKey.verify(signature: forged, message: [$0], key: publicKey) }
        #expect(taken == 0)
    }

    @Test(
        "a token, an invite, a reply and a relay's address with a WireGuard key of small order are refused",
        arguments: smallU)
    func smallOrderInMessages(hex: String) throws {
        let small = try #require(PublicKey(hex: hex))
        let signer = try SigningKey(seed: key("root_seed"))
        let token = RelayToken.make(scope: Scope(), wg: small, expiry: 0, signer: signer).bytes
        #expect(throws: Refusal.key) { try RelayToken.decode(token.span) }
        #expect(throws: Refusal.key) { try ReplyCode(wg: small, candidates: []) }
        #expect(throws: Refusal.key) { try RelayAddress("relay.example:1#\(hex)") }
        let hint = InviteCode.HostHint(wg: small, candidates: [])
        #expect(throws: Refusal.key) {
            try InviteCode(party: party(), secret: Bytes16(), minEpoch: 1, servers: [], hosts: [hint])
        }
    }

    @Test("a token whose issuer's key is of small order is refused", arguments: smallY)
    func smallOrderIssuer(hex: String) throws {
        let small = try #require(PublicKey(hex: hex))
        let signer = try SigningKey(seed: key("root_seed"))
        var token = try RelayToken.make(scope: Scope(), wg: key("wg_b"), expiry: 0, signer: signer).bytes
        token.replaceSubrange(58..<90, with: small.bytes)
        #expect(throws: Refusal.key) { try RelayToken.decode(token.span) }
    }

    @Test("a signature counts for its message and its key only")
    func signatures() throws {
        let pair = try SigningKey(seed: key("root_seed"))
        let signature = pair.sign([1, 2, 3])
        #expect(SigningKey.verify(signature: signature, message: [1, 2, 3], key: pair.publicKey))
        #expect(!SigningKey.verify(signature: signature, message: [1, 2, 4], key: pair.publicKey))
        #expect(try !SigningKey.verify(signature: signature, message: [1, 2, 3], key: key("issuer")))
        #expect(try "\(pair)" == key("root").hex)
    }
}
