import MeshWire
import Testing

/// What chat programs, mail readers and terminals do to an invite.
struct PastedInviteTests {
    static let text = ProtocolVectors.all.invite[0].text
    static let half = text.count / 2
    static let first = String(text.prefix(half)), second = String(text.dropFirst(half))

    static let found: [(String, String)] = [
        ("as it is", text), ("a line end", text + "\r\n"), ("upper case", text.uppercased()),
        ("a BOM", "\u{feff}\(text)"),
        ("back-ticks", "`\(text)`"), ("a block of code", "```\n\(text)\n```"), ("angle brackets", "<\(text)>"),
        ("quotes", "\"\(text)\""), ("typographic quotes", "\u{201c}\(text)\u{201d}"),
        ("French quotes", "«\u{a0}\(text)\u{a0}»"),
        ("round brackets", "(\(text))"), ("bold", "**\(text)**"), ("zero width inside", first + "\u{200b}" + second),
        ("a joiner inside", first + "\u{200d}" + second), ("a soft hyphen", first + "\u{ad}" + second),
        ("another hyphen", first + "\u{2011}" + second), ("a no-break space", first + "\u{a0}" + second),
        ("bidi marks", "\u{2068}\(text)\u{2069}"), ("two lines", "\(first)\n\(second)"), ("quoted", "> \(text)"),
        ("quoted in two lines", "> \(first)\r\n> \(second)\r\n"), ("quoted twice", ">> \(first)\n>> \(second)"),
        ("a screen's frame", "│ \(first) │\n│ \(second) │"), ("wrapped by a mail reader", "\(first)=\n\(second)"),
        ("words before it", "here: \(text)"), ("words around it", "Join us!\n\n\(text)\n\nSee you at 8, bring snacks."),
        ("a word after it", "\(text) thanks"), ("a full stop", "\(text)."), ("a sentence goes on", "\(text), tonight"),
        ("its own name before it", "the mtui1 code is \(text)"), ("the prefix cut", "mtu\ni1" + text.dropFirst(5)),
        ("an emoji", "🎮\(text)🎮"), ("a command", "echo \(text) | meshtui join -"),
        ("a wrong one before it", "mtui1aeyqaaaa or \(text)"), ("a letter too many", text + "a"),
    ]

    @Test("an invite is found within what was pasted", arguments: found)
    func finds(_ name: String, _ pasted: String) throws { #expect(try InviteCode(pasted: pasted).text == Self.text) }

    static let refused: [(String, Refusal)] = [
        ("", .prefix), ("hello", .prefix), ("> “hello”", .prefix), ("the mtui2 one", .prefix), ("mtui1", .short),
        ("“\(first)”", .short), (first, .short), ("“\(text.replacing("7", with: "8"))”", .base32),
        ("here: mtui1garbage", .newer), (first + "ä" + second, .base32),
        ("“\(first.dropLast())\(first.hasSuffix("a") ? "b" : "a")\(second)”", .checksum),
    ]

    @Test("what is wrong with an invite is told of the invite, not of the words around it", arguments: refused)
    func refuses(_ pasted: String, _ refusal: Refusal) {
        #expect(throws: refusal) { _ = try InviteCode(pasted: pasted) }
    }

    @Test("other text of any kind is refused and never found", arguments: 0..<64)
    func noise(seed: Int) {
        // A linear congruential generator: the same text each time.
        var state = UInt64(seed) &* 6_364_136_223_846_793_005 &+ 1
        let scalars = (0..<400).compactMap { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Unicode.Scalar(UInt32(truncatingIfNeeded: state >> 40) % 0x300)
        }
        let text = String(String.UnicodeScalarView(scalars))
        for pasted in [text, "mtui1" + text, text + Self.first + text] {
            #expect((try? InviteCode(pasted: pasted)) == nil)
        }
    }
}
