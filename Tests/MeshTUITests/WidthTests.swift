import Testing

@testable import MeshTUI

struct WidthTests {
    @Test(
        "columns of text",
        arguments: [
            ("", 0), ("abc", 3), ("世界", 4), ("é", 1), ("e\u{301}", 1), ("👍", 2), ("ﾊﾝ", 2), ("한글", 4), ("\u{200b}", 0),
            ("\u{1b}", 0), ("─│╭", 3), ("⠿▇", 2), ("●◐↻", 3), ("\u{ad}", 0), ("𠀀", 2), ("Ａ", 2),
        ])
    func columns(_ text: String, _ expected: Int) {
        #expect(DisplayWidth.of(text) == expected)
    }

    @Test(
        "what a name becomes",
        arguments: [
            ("alice", "alice"), ("世界さん", "世界さん"), ("a\u{1b}[2Jb", "a[2Jb"), ("a\u{202e}b", "ab"), ("a\nb", "a b"),
            ("e\u{301}", "é"), ("👍🏽", "👍"), ("👨‍👩‍👧", "👨"), ("❤️", "❤"), ("🇩🇪", "·"), ("\u{301}x", "·x"), ("\u{e000}", "·"),
            ("a\u{200d}b", "ab"), ("x\u{302}\u{323}", "x\u{323}\u{302}"), ("\u{7}", ""), ("a\u{2028}b", "a b"),
            ("z\u{300}\u{301}\u{302}\u{303}\u{304}", "z"), ("a\u{3000}b", "a b"), ("कि", "क"),
        ])
    func sanitised(_ text: String, _ expected: String) {
        let result = SafeText.sanitised(text)
        #expect(result.unicodeScalars.elementsEqual(expected.unicodeScalars), "\(result.unicodeScalars.map(\.value))")
    }

    @Test("a sanitised text can be sanitised again without change")
    func idempotent() {
        for scalar in (0x20...0x2fff).compactMap({ Unicode.Scalar(UInt32($0)) }) {
            let once = SafeText.sanitised("a\(Character(scalar))b")
            #expect(SafeText.sanitised(once) == once)
        }
    }

    @Test("a long name is cut to its limit")
    func limit() {
        #expect(SafeText.sanitised(String(repeating: "世", count: 99), limit: 3) == "世世世")
    }
}
