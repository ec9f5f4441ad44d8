import MeshWire
import Testing

@Suite("Names")
struct MemberNameTests {
    @Test("good names are taken as they are", arguments: ProtocolVectors.all.names.good)
    func good(text: String) throws {
        #expect(try MemberName(text).text == text)
        #expect(try MemberName([UInt8](text.utf8)).text == text)
    }

    @Test("bad names are refused", arguments: ProtocolVectors.all.names.bad)
    func bad(hex: String) throws {
        #expect(try refusal { _ = try MemberName(bytes(hex)) } == .name)
    }

    @Test(
        "what a reader could not see or would misread is refused",
        arguments: [
            "a\u{300}\u{301}\u{302}",  // three marks
            "1\u{301}",  // a mark without a letter
            "a\u{200d}b", "a\u{ad}b", "a\u{fe0f}",  // joiner, soft hyphen, variation selector
            "a\u{2003}b", "a\u{a0}b",  // other spaces
            "\u{1F600}", "a+b", "a@b", "½", "Ⅷ",  // neither letter nor digit
            "\u{115f}", "\u{ffa0}",  // fillers
        ])
    func unreadable(text: String) throws {
        #expect(try refusal { _ = try MemberName(text) } == .name)
    }

    @Test("what is typed with letters and accents apart is composed", arguments: ["Zoe\u{308}", "A\u{30a}sa", "가"])
    func composed(text: String) throws {
        let decomposed = try MemberName(typed: text)
        #expect(try MemberName(decomposed.text) == decomposed)
        #expect(decomposed.text == text && decomposed.text.unicodeScalars.count <= text.unicodeScalars.count)
        #expect(try PartyName(typed: text).text.utf8.elementsEqual(decomposed.text.utf8))
    }

    @Test(
        "a party's name may hold more signs, and emoji of one certain width",
        arguments: [
            "Zoë's LAN", "Friday (late)", "A & B!", "#1, the first", "C++", "LAN 🎮", "🍕🍺", "☕ time", "Bob_s-LAN.2",
        ])
    func partyNames(text: String) throws {
        #expect(try PartyName(text).text == text)
        #expect(try PartyName(typed: text).isKnownToFirstVersion == ((try? MemberName(text)) != nil))
    }

    @Test(
        "what is refused is shown",
        arguments: [
            ("a/b", "“/” (U+002F) has no place in it"), ("a\u{202e}b", "U+202E has no place in it"),
            ("a\u{1b}[1m", "U+001B has no place in it"), ("", "it is empty"), (" a", "it has a space at an end"),
            ("a  b", "two in a row"), (String(repeating: "x", count: 33), "it has 33 bytes"),
            ("❤\u{fe0f}", "“❤” (U+2764)"),  // an emoji by its selector only
            ("🇩🇪", "(U+1F1E9)"), ("👍🏽", "(U+1F3FD)"), ("👩\u{200d}🚀", "U+200D"), ("🫠", "(U+1FAE0)"),
            ("a\"b", "“\"” (U+0022)"), ("a’b", "“’” (U+2019)"), ("a:b", "“:” (U+003A)"),
        ])
    func shown(text: String, words: String) {
        let problem = #expect(throws: NameProblem.self) { _ = try PartyName(typed: text) }
        #expect(problem?.description.contains(words) == true, "\(problem.map(\.description) ?? "")")
    }

    @Test("any bytes are read or refused")
    func mutated() {
        let torture = DecoderTorture(good: [UInt8]("Zoë क्षि x_1".utf8)) { span throws(Refusal) in
            _ = try MemberName(span.array(0..<span.count))
        }
        #expect(torture.acceptedMutations(100_000, seed: 3) < 100_000)
    }
}
