/// Which public keys are taken (PROTOCOL.md §1). A key with a second form would give one member two IDs, and a point of
/// small order is nobody's secret: as an identity it signs everything, as an X25519 key it agrees on zero with everybody.
public enum KeyRules {
    private typealias Words = (UInt64, UInt64, UInt64, UInt64)

    /// Whether u < 2²⁵⁵ − 19, which also means that the top bit is clear (RFC 7748 §5 would ignore it), and its order is
    /// not small.
    public static func allowsX25519(_ key: PublicKey) -> Bool {
        let words = littleEndian(key)
        return isBelowPrime(words) && !smallOrderU.contains { $0 == words }
    }

    /// Whether y < 2²⁵⁵ − 19, and its order is not small, whatever the top bit says: it is the sign of x
    /// (RFC 8032 §5.1.3).
    public static func allowsEd25519(_ key: PublicKey) -> Bool {
        var words = littleEndian(key)
        words.3 &= .max >> 1
        return isBelowPrime(words) && !smallOrderY.contains { $0 == words }
    }

    private static let zero: Words = (0, 0, 0, 0)
    private static let one: Words = (1, 0, 0, 0)
    private static let minusOne: Words = (0xffff_ffff_ffff_ffec, .max, .max, .max >> 1)

    /// Orders 1 and 4 (u = 0), 4 (±1) and 8 (the other two) of the curve and its twist.
    private static let smallOrderU: [Words] = [
        zero, one, minusOne,
        (0xaeb8_413b_7c7a_ebe0, 0x6ac4_9ff1_fae3_5616, 0xfdb1_329c_eb8d_09da, 0x00b8_495f_1605_6286),
        (0x248c_50a3_bc95_9c5f, 0x5bef_839c_55b1_d0b1, 0x868e_1c58_c45c_4404, 0x5711_9fd0_dd4e_22d8),
    ]

    /// Orders 4 (y = 0), 1 (1), 2 (−1) and 8 (the other two), each with both signs of x.
    private static let smallOrderY: [Words] = [
        zero, one, minusOne,
        (0xb027_b2c2_8f95_e826, 0xf098_eff2_89f4_c345, 0x3933_c6d3_05ac_dfd5, 0x05fc_536d_8802_38b1),
        (0x4fd8_4d3d_706a_17c7, 0x0f67_100d_760b_3cba, 0xc6cc_392c_fa53_202a, 0x7a03_ac92_77fd_c74e),
    ]

    private static func littleEndian(_ key: PublicKey) -> Words {
        let lanes = key.lanes
        return (lanes.0.byteSwapped, lanes.1.byteSwapped, lanes.2.byteSwapped, lanes.3.byteSwapped)
    }

    /// The prime is 7fff…ffed: only when all other bits are ones do the lowest eight decide.
    private static func isBelowPrime(_ words: Words) -> Bool {
        guard words.3 <= .max >> 1 else { return false }
        return words.3 < .max >> 1 || words.2 < .max || words.1 < .max || words.0 < 0xffff_ffff_ffff_ffed
    }
}
