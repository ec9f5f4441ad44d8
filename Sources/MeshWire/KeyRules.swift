/// Which public keys have one form only. Others name the same point twice, so two IDs for one key; they are refused.
public enum KeyRules {
    /// Whether u < 2²⁵⁵ − 19, which also means that the top bit is clear (RFC 7748 §5 would ignore it).
    public static func isCanonicalX25519(_ key: PublicKey) -> Bool {
        let words = littleEndian(key)
        return isBelowPrime(words.0, words.1, words.2, words.3)
    }

    /// Whether y < 2²⁵⁵ − 19; the top bit is the sign of x (RFC 8032 §5.1.3).
    public static func isCanonicalEd25519(_ key: PublicKey) -> Bool {
        let words = littleEndian(key)
        return isBelowPrime(words.0, words.1, words.2, words.3 & (.max >> 1))
    }

    private static func littleEndian(_ key: PublicKey) -> (UInt64, UInt64, UInt64, UInt64) {
        let lanes = key.lanes
        return (lanes.0.byteSwapped, lanes.1.byteSwapped, lanes.2.byteSwapped, lanes.3.byteSwapped)
    }

    /// The prime is 7fff…ffed: only when all other bits are ones do the lowest eight decide.
    private static func isBelowPrime(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) -> Bool {
        guard d <= .max >> 1 else { return false }
        return d < .max >> 1 || c < .max || b < .max || a < 0xffff_ffff_ffff_ffed
    }
}
