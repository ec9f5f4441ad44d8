import MeshWire
import Testing

@Suite("Which keys are taken")
struct KeyRulesTests {
    private static let ff30 = String(repeating: "ff", count: 30)

    /// Little-endian: the lowest byte first, the top bit in the last.
    @Test(
        "one form of each key only",
        arguments: [
            ("ec" + ff30 + "7f", true, true),  // p - 1
            ("ed" + ff30 + "7f", false, false),  // p
            ("ee" + ff30 + "7f", false, false),  // p + 1, another name of 1
            ("ff" + ff30 + "7f", false, false),  // 2^255 - 1
            ("ec" + ff30 + "ff", false, true),  // Ed25519's top bit is the sign of x
            ("ed" + ff30 + "ff", false, false),
            ("01" + String(repeating: "00", count: 30) + "80", false, true),
            (String(repeating: "00", count: 32), true, true),
            ("ed" + ff30.dropLast(2) + "fe7f", true, true),  // lower in a middle byte
        ])
    func canonical(hex: String, x25519: Bool, ed25519: Bool) throws {
        let key = try #require(PublicKey(hex: hex))
        #expect(KeyRules.isCanonicalX25519(key) == x25519)
        #expect(KeyRules.isCanonicalEd25519(key) == ed25519)
    }

    @Test(
        "a low-order key is refused, because its secret is known to all",
        arguments: [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ])
    func lowOrder(hex: String) throws {
        let publicKey = try #require(PublicKey(hex: hex))
        #expect(throws: Refusal.key) {
            try KeyAgreement.shared(privateKey: key("wg_a_private"), publicKey: publicKey)
        }
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
