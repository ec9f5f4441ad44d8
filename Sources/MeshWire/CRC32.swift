/// The CRC of a STUN fingerprint (RFC 8489 §14.7: that of ITU-T V.42).
enum CRC32 {
    /// What the CRC is combined with, so that no other protocol's checksum fits.
    static let stunMask: UInt32 = 0x5354_554e

    /// Bit by bit: a fingerprint is seldom and short, a table would not pay.
    static func checksum(_ span: Span<UInt8>, _ range: Range<Int>) -> UInt32 {
        var crc = UInt32.max
        for index in range {
            crc ^= UInt32(span[index])
            for _ in 0..<8 { crc = crc >> 1 ^ (crc & 1 == 0 ? 0 : 0xedb8_8320) }
        }
        return ~crc
    }
}
