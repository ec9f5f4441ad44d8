extension InviteCode {
    /// An invite as chat programs and mail readers hand it on: wrapped, quoted line by line, with quotes, brackets, marks
    /// that nobody sees, a full stop or whole sentences around it. Only letters and digits count, and as many of them as
    /// the invite's own length says.
    ///
    /// Throws what is wrong with the first thing that begins like an invite, `prefix` when nothing does.
    public init(pasted text: String) throws(Refusal) {
        let refusal: Refusal
        do throws(Refusal) {
            self = try InviteCode(text: text)
            return
        } catch {
            refusal = error
        }
        let candidates = Self.candidates(in: text)
        for candidate in candidates {
            if let code = try? InviteCode(text: candidate) {
                self = code
                return
            }
        }
        // Without anything around it, the text as a whole is what is wrong.
        let letters = Base32.normalised(text)
        let isBare = letters.starts(with: Self.prefix.utf8) && letters.allSatisfy { Self.letter($0) != nil }
        guard !isBare, let first = candidates.first else { throw refusal }
        self = try InviteCode(text: first)
    }

    /// What begins with `mtui1`, without all that is neither letter nor digit.
    private static func candidates(in text: String) -> [String] {
        let letters = text.unicodeScalars.compactMap { scalar -> UInt8? in
            if scalar.isASCII { return letter(UInt8(truncatingIfNeeded: scalar.value)) }
            // A letter of another alphabet is a mistake, a sign is none.
            return scalar.properties.isAlphabetic ? 0 : nil
        }
        let prefix = [UInt8](prefix.utf8)
        var found: [String] = []
        for start in letters.indices where letters[start...].starts(with: prefix) {
            let rest = letters[(start + prefix.count)...]
            found.append(Self.prefix + String(decoding: rest.prefix(count(rest)), as: UTF8.self))
        }
        return found
    }

    /// Lower case; nil for what is neither letter nor digit.
    private static func letter(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39, 0x61...0x7a: byte
        case 0x41...0x5a: byte + 0x20
        default: nil
        }
    }

    /// Letters that an invite has by its own length byte, the second one.
    private static func count(_ letters: ArraySlice<UInt8>) -> Int {
        guard let head = try? Base32.decode(letters.prefix(4)).bytes, head.count == 2 else { return letters.count }
        return (Int(head[1]) * 8 + 4) / 5
    }
}
