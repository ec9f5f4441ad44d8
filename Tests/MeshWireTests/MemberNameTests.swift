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

    @Test("any bytes are read or refused")
    func mutated() {
        let torture = DecoderTorture(good: [UInt8]("Zoë क्षि x_1".utf8)) { span throws(Refusal) in
            _ = try MemberName(span.array(0..<span.count))
        }
        #expect(torture.acceptedMutations(100_000, seed: 3) < 100_000)
    }
}
