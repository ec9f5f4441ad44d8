/// RFC 4648 §6 in lower case without padding, as people paste it: upper case, white space and hyphens are no mistake.
enum Base32 {
    private static let letters = [UInt8]("abcdefghijklmnopqrstuvwxyz234567".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var held: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            held = held << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                text.append(letters[Int(held >> bits & 31)])
            }
        }
        if bits > 0 { text.append(letters[Int(held << (5 - bits) & 31)]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes and what is left of the last letter. Whether the rest may be there is decided when the length is
    /// known: in a text that was cut short it means nothing.
    static func decode(_ text: some Sequence<UInt8>) throws(Refusal) -> (bytes: [UInt8], spare: Spare) {
        var bytes: [UInt8] = []
        var held: UInt32 = 0
        var bits: UInt32 = 0
        for letter in text {
            let value: UInt8
            switch letter {
            case 0x61...0x7a: value = letter - 0x61
            case 0x32...0x37: value = letter - 0x32 + 26
            default: throw .base32
            }
            held = held << 5 | UInt32(value)
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: held >> bits))
            }
            held &= 0xff
        }
        return (bytes, Spare(bits: Int(bits), value: held & ((1 << bits) - 1)))
    }

    /// The bits behind the last whole byte.
    struct Spare {
        let bits: Int
        let value: UInt32
    }

    /// Lower case, without white space and hyphens; nil where a letter is not ASCII.
    static func normalised(_ text: String) -> [UInt8] {
        text.unicodeScalars.compactMap { scalar in
            if scalar.properties.isWhitespace || scalar == "-" { return nil }
            // What is not ASCII becomes a byte that no alphabet has.
            guard scalar.isASCII else { return 0 }
            let byte = UInt8(truncatingIfNeeded: scalar.value)
            return 0x41...0x5a ~= byte ? byte + 0x20 : byte
        }
    }
}
