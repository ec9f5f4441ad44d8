/// Splits the bytes of a terminal into characters, keys and reports: UTF-8, ECMA-48's control sequences as xterm and the
/// Linux console use them, and VT100's application keys. Reports that were not asked for (mouse, colours, device
/// attributes) are swallowed. It knows no time: the assembler says when a sequence has no rest to wait for.
struct KeyDecoder {
    enum Token: Equatable {
        case character(Unicode.Scalar)
        case key(Key)
        case focus(Bool)
        case pasteBegin, pasteEnd
    }

    private enum State: Equatable {
        case ground
        /// Within a character of several bytes.
        case character([UInt8])
        /// Behind ESC.
        case escape
        /// Behind CSI (`ESC [`); the bytes that follow it so far.
        case control([UInt8])
        /// Behind SS3 (`ESC O`).
        case single
        /// Behind the Linux console's `ESC [ [`.
        case console
        /// Within an X10 mouse report, `ESC [ M` and three bytes.
        case mouse(left: Int)
        /// Within OSC, DCS, SOS, PM or APC, which end with BEL or `ESC \`.
        case string(afterEscape: Bool)
    }

    /// A control sequence that is longer is none.
    private static let longest = 64

    private var state = State.ground
    /// The state was entered behind an Escape that has been told already.
    private var isLate = false
    /// The last byte was an ESC that was told as the key: its rest may still come.
    private var mayContinue = false
    /// False for a locale of one byte a character, which is taken for Latin-1.
    var isUTF8 = true

    /// Whether more bytes are needed to know what came.
    var isWaiting: Bool { state != .ground }
    /// Only the next bytes tell the Escape key from a sequence, and nobody wants to wait long for that key.
    var isEscape: Bool { state == .escape }
    /// The rest of a sequence whose Escape was told as a key, or what a person types behind that key.
    var isRest: Bool { isLate }

    mutating func take(_ byte: UInt8) -> [Token] {
        defer { if state == .ground { isLate = false } }
        switch state {
        case .ground: return ground(byte)
        case .character(let bytes): return character(bytes + [byte])
        case .escape: return escape(byte)
        case .control(let bytes): return control(bytes, byte)
        case .single:
            state = .ground
            return Self.singleKeys[byte].map { [.key($0)] } ?? []
        case .console:
            state = .ground
            return []
        case .mouse(let left):
            state = left > 1 ? .mouse(left: left - 1) : .ground
            return []
        case .string(let afterEscape):
            let isOver = byte == 7 || byte == 0x18 || byte == 0x1a || (afterEscape && byte == UInt8(ascii: "\\"))
            state = isOver ? .ground : .string(afterEscape: byte == 0x1b)
            return []
        }
    }

    /// Nothing follows in time: a lone ESC is the Escape key, what looked like its rest was typed, all else is dropped.
    mutating func giveUp() -> [Token] {
        defer { (state, isLate) = (.ground, false) }
        switch state {
        case .escape:
            mayContinue = true
            return [.key(.escape)]
        case .control(let bytes) where isLate: return text([UInt8(ascii: "[")] + bytes)
        case .single where isLate: return text([UInt8(ascii: "O")])
        default: return []
        }
    }

    /// The Escape key was pressed so long ago that nothing belongs to it.
    mutating func forgetEscape() { mayContinue = false }

    private mutating func ground(_ byte: UInt8) -> [Token] {
        let isRest = mayContinue
        mayContinue = false
        switch byte {
        case UInt8(ascii: "[") where isRest: (state, isLate) = (.control([]), true)
        case UInt8(ascii: "O") where isRest: (state, isLate) = (.single, true)
        case 0x1b: state = .escape
        case 9: return [.key(.tab)]
        case 10, 13: return [.key(.enter)]
        case 8, 127: return [.key(.backspace)]
        case 1...26: return [.key(.control(Character(Unicode.Scalar(byte + 0x60))))]
        case 0..<0x20: break
        case 0x20...0x7e: return [.character(Unicode.Scalar(byte))]
        case 0xa0... where !isUTF8: return [.character(Unicode.Scalar(byte))]
        case 0xc2...0xf4 where isUTF8: state = .character([byte])
        default: break
        }
        return []
    }

    private mutating func character(_ bytes: [UInt8]) -> [Token] {
        guard let last = bytes.last, 0x80...0xbf ~= last else {
            // Cut off: what ended it begins anew.
            state = .ground
            return bytes.last.map { take($0) } ?? []
        }
        let wanted = bytes[0] < 0xe0 ? 2 : bytes[0] < 0xf0 ? 3 : 4
        state = bytes.count < wanted ? .character(bytes) : .ground
        guard state == .ground, let text = String(validating: bytes, as: UTF8.self) else { return [] }
        return text.unicodeScalars.filter { !(0x80...0x9f ~= $0.value) }.map { .character($0) }
    }

    private mutating func escape(_ byte: UInt8) -> [Token] {
        switch byte {
        case UInt8(ascii: "["): state = .control([])
        case UInt8(ascii: "O"): state = .single
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"), UInt8(ascii: "_"):
            state = .string(afterEscape: false)
        default:
            // Escape and what was pressed next; or Alt and a key, which does nothing of its own here.
            state = .ground
            return [.key(.escape)] + take(byte)
        }
        return []
    }

    private mutating func control(_ bytes: [UInt8], _ byte: UInt8) -> [Token] {
        switch byte {
        case 0x20...0x3f:
            state = bytes.count < Self.longest ? .control(bytes + [byte]) : .ground
        case UInt8(ascii: "[") where bytes.isEmpty: state = .console
        case UInt8(ascii: "M") where bytes.isEmpty: state = .mouse(left: 3)
        case 0x40...0x7e:
            state = .ground
            return sequence(bytes, byte)
        default:
            // A control within a sequence ends it, and counts.
            state = .ground
            return take(byte)
        }
        return []
    }

    private func sequence(_ bytes: [UInt8], _ final: UInt8) -> [Token] {
        switch (String(decoding: bytes, as: UTF8.self), final) {
        case ("200", UInt8(ascii: "~")): [.pasteBegin]
        case ("201", UInt8(ascii: "~")): [.pasteEnd]
        case ("", UInt8(ascii: "I")): [.focus(true)]
        case ("", UInt8(ascii: "O")): [.focus(false)]
        case ("", UInt8(ascii: "Z")): [.key(.backTab)]
        case ("", _): Self.singleKeys[final].map { [.key($0)] } ?? []
        case (let number, UInt8(ascii: "~")): Self.numberedKeys[number].map { [.key($0)] } ?? []
        default: []
        }
    }

    private func text(_ bytes: [UInt8]) -> [Token] { bytes.map { .character(Unicode.Scalar($0)) } }

    private static let singleKeys: [UInt8: Key] = [
        UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right, UInt8(ascii: "D"): .left,
        UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end, UInt8(ascii: "M"): .enter,
    ]

    private static let numberedKeys: [String: Key] = [
        "1": .home, "3": .delete, "4": .end, "5": .pageUp, "6": .pageDown, "7": .home, "8": .end,
    ]
}
