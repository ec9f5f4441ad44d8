/// BLAKE2s (RFC 7693) with an output of 16 or 32 bytes: WireGuard's hash, which the crypto library doesn't have.
/// Allocates nothing but what the array forms return.
public enum Blake2s {
    /// Unkeyed or keyed (key up to 32 bytes); `length` is 1 to 32 bytes.
    public static func hash(_ message: [UInt8], key: [UInt8] = [], length: Int = 32) -> [UInt8] {
        var state = State(length: length, keyLength: key.count)
        if !key.isEmpty { state.absorb(key: key) }
        state.finish(message.span, 0..<message.count)
        return state.output(length)
    }

    /// The state between two blocks (RFC 7693 §2.7).
    struct State {
        private(set) var h: InlineArray<8, UInt32>
        private var done: UInt64 = 0
        private var hasKeyBlock = false
        private var keyBlock = InlineArray<16, UInt32>(repeating: 0)

        init(length: Int, keyLength: Int) {
            h = Blake2s.initial
            h[0] ^= 0x0101_0000 ^ UInt32(keyLength) << 8 ^ UInt32(length)
        }

        /// The key, padded to one block, comes first.
        mutating func absorb(key: [UInt8]) {
            hasKeyBlock = true
            for (index, byte) in key.enumerated() { keyBlock[index / 4] |= UInt32(byte) << UInt32(8 * (index % 4)) }
        }

        mutating func absorb(key: Bytes32) {
            hasKeyBlock = true
            let lanes = key.lanes
            set(0, lanes.0)
            set(2, lanes.1)
            set(4, lanes.2)
            set(6, lanes.3)
        }

        private mutating func set(_ index: Int, _ bigEndian: UInt64) {
            let value = bigEndian.byteSwapped
            keyBlock[index] = UInt32(truncatingIfNeeded: value)
            keyBlock[index + 1] = UInt32(truncatingIfNeeded: value >> 32)
        }

        /// Everything of the message in one go: the last block has to be known when it is compressed.
        mutating func finish(_ span: Span<UInt8>, _ range: Range<Int>) {
            if hasKeyBlock {
                done += 64
                compress(keyBlock, last: range.isEmpty)
                if range.isEmpty { return }
            }
            var offset = range.lowerBound
            repeat {
                let count = min(64, range.upperBound - offset)
                var block = InlineArray<16, UInt32>(repeating: 0)
                for index in 0..<count {
                    block[index / 4] |= UInt32(span[offset + index]) << UInt32(8 * (index % 4))
                }
                offset += count
                done += UInt64(count)
                compress(block, last: offset == range.upperBound)
            } while offset < range.upperBound
        }

        private mutating func compress(_ m: InlineArray<16, UInt32>, last: Bool) {
            var v = InlineArray<16, UInt32>(repeating: 0)
            for index in 0..<8 { (v[index], v[index + 8]) = (h[index], Blake2s.initial[index]) }
            v[12] ^= UInt32(truncatingIfNeeded: done)
            v[13] ^= UInt32(truncatingIfNeeded: done >> 32)
            if last { v[14] = ~v[14] }
            for round in 0..<10 {
                let s = Blake2s.schedule[round]
                func at(_ index: Int) -> UInt32 { m[Int(s >> UInt64(60 - 4 * index) & 15)] }
                Blake2s.mix(&v, 0, 4, 8, 12, at(0), at(1))
                Blake2s.mix(&v, 1, 5, 9, 13, at(2), at(3))
                Blake2s.mix(&v, 2, 6, 10, 14, at(4), at(5))
                Blake2s.mix(&v, 3, 7, 11, 15, at(6), at(7))
                Blake2s.mix(&v, 0, 5, 10, 15, at(8), at(9))
                Blake2s.mix(&v, 1, 6, 11, 12, at(10), at(11))
                Blake2s.mix(&v, 2, 7, 8, 13, at(12), at(13))
                Blake2s.mix(&v, 3, 4, 9, 14, at(14), at(15))
            }
            for index in 0..<8 { h[index] ^= v[index] ^ v[index + 8] }
        }

        func output(_ length: Int) -> [UInt8] {
            (0..<length).map { UInt8(truncatingIfNeeded: h[$0 / 4] >> UInt32(8 * ($0 % 4))) }
        }
    }

    /// RFC 7693 §2.6.
    static let initial: InlineArray<8, UInt32> = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]

    /// The message schedule of RFC 7693 §2.7, a hexadecimal digit for each of a round's sixteen words.
    private static let schedule: InlineArray<10, UInt64> = [
        0x0123_4567_89ab_cdef, 0xea48_9fd6_1c02_b753, 0xb8c0_52fd_ae36_7194, 0x7931_dcbe_265a_40f8,
        0x9057_24af_e1bc_683d, 0x2c6a_0b83_4d75_fe19, 0xc51f_ed4a_0763_928b, 0xdb7e_c139_50f4_862a,
        0x6fe9_b308_c2d7_14a5, 0xa284_7615_fb9e_3cd0,
    ]

    /// The mixing function of RFC 7693 §3.1.
    @inline(__always)
    private static func mix(
        _ v: inout InlineArray<16, UInt32>, _ a: Int, _ b: Int, _ c: Int, _ d: Int, _ x: UInt32, _ y: UInt32
    ) {
        v[a] = v[a] &+ v[b] &+ x
        v[d] = rotate(v[d] ^ v[a], 16)
        v[c] = v[c] &+ v[d]
        v[b] = rotate(v[b] ^ v[c], 12)
        v[a] = v[a] &+ v[b] &+ y
        v[d] = rotate(v[d] ^ v[a], 8)
        v[c] = v[c] &+ v[d]
        v[b] = rotate(v[b] ^ v[c], 7)
    }

    @inline(__always)
    private static func rotate(_ value: UInt32, _ bits: UInt32) -> UInt32 { value >> bits | value << (32 - bits) }
}
