/// The Latin letter, digit or separator that a character looks like.
enum LookAlikeShapes {
    static func shape(of scalar: Unicode.Scalar) -> String {
        let plain = ascii(for: scalar) ?? scalar
        return shapes[plain] ?? plain.properties.lowercaseMapping
    }

    /// ASCII's own character of one of its other forms: full width (U+FF01…FF5E), or a mathematical alphabet, of which there
    /// are thirteen of 26 capitals and 26 small letters (U+1D400…1D6A3) and five of ten digits (U+1D7CE…1D7FF).
    private static func ascii(for scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case 0xff01...0xff5e: return Unicode.Scalar(scalar.value - 0xff01 + 0x21)
        case 0x1d400...0x1d6a3:
            let letter = (scalar.value - 0x1d400) % 52
            return Unicode.Scalar(letter < 26 ? 0x41 + letter : 0x61 + letter - 26)
        case 0x1d7ce...0x1d7ff: return Unicode.Scalar(0x30 + (scalar.value - 0x1d7ce) % 10)
        default: return nil
        }
    }

    private static let shapes: [Unicode.Scalar: String] = {
        var table: [Unicode.Scalar: String] = [:]
        for (shape, lookAlikes) in rows {
            for scalar in lookAlikes.unicodeScalars { table[scalar] = shape }
        }
        return table
    }()

    /// Each row: a shape, and all that is drawn like it. Digits come before letters, then Latin, Cyrillic, Greek, Armenian.
    private static let rows: [(shape: String, lookAlikes: String)] = [
        (" ", "-_."),
        ("o", "0" + "ᴏ" + "ОоΟοσօ"), ("l", "1iIlLıɩɪǀʟ" + "ІіӀӏΙιլ"), ("z", "2" + "ᴢ" + "Ζ"),
        ("s", "5" + "ꜱ" + "ЅѕՏ"), ("b", "8" + "ʙ" + "ВвЬьΒβ"), ("3", "ЗзӠӡ"), ("4", "Ч"), ("6", "б"),
        ("a", "ᴀɑ" + "АаΑα"), ("c", "ᴄ" + "СсϹϲ"), ("d", "ᴅ" + "ԁԀ"), ("e", "ᴇ" + "ЕеΕε"), ("f", "ſ" + "Ϝ"),
        ("g", "ɡɢ" + "ց"), ("h", "ʜ" + "НнҺһΗհ"), ("j", "ᴊ" + "ЈјϳͿ"), ("k", "ᴋ" + "КкΚκ"), ("m", "ᴍ" + "МмΜ"),
        ("n", "ɴ" + "пΝηո"), ("p", "ᴘ" + "РрΡρ"), ("q", "ԚԛԳզ"), ("r", "ʀ" + "г"), ("t", "ᴛ" + "ТтΤτ"),
        ("u", "ᴜ" + "υսՍ"), ("v", "ᴠ" + "Ѵѵν"), ("w", "ᴡ" + "ԜԝωШш"), ("x", "ХхΧχ"), ("y", "ʏ" + "УуҮүΥγ"),
        ("ff", "ﬀ"), ("fl", "ﬁﬂ"), ("lj", "ĳĲ"),
    ]
}
