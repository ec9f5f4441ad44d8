import Testing

@testable import MeshTUI

struct KeyAssemblerTests {
    @Test(
        "characters are the keys that people press",
        arguments: [
            (9, Key.tab), (13, .enter), (10, .enter), (27, .escape), (127, .backspace), (8, .backspace),
            (12, .control("l")),
            (113, .character("q")), (0x4e16, .character("世")),
        ] as [(Int32, Key)])
    func characters(_ code: Int32, _ key: Key) {
        var keys = KeyAssembler()
        #expect(keys.character(code) == .key(key))
    }

    @Test("what is no key is none", arguments: [0, 28, 0x85, 0xd800, -1] as [Int32])
    func noKey(_ code: Int32) {
        var keys = KeyAssembler()
        #expect(keys.character(code) == nil)
    }

    @Test("keys have names for people")
    func names() {
        #expect(Key.control("l").name == "Ctrl-L")
        #expect(Key.character(" ").name == "Space")
        #expect(Key.backTab.name == "Shift-Tab")
    }

    @Test(
        "bytes for the clipboard are base64",
        arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("meshtui1?>", "bWVzaHR1aTE/Pg==")])
    func base64(_ text: String, _ expected: String) {
        #expect(FramePainter.base64(Array(text.utf8)) == expected)
    }

    @Test("the environment decides about colours and synchronised frames")
    func options() {
        #expect(TerminalOptions(environment: ["TERM": "xterm"]).sync)
        #expect(TerminalOptions(environment: ["TERM": "xterm"]).colors)
        #expect(!TerminalOptions(environment: ["TERM": "linux"]).sync)
        #expect(!TerminalOptions(environment: ["TERM": "xterm", "MESHTUI_NO_SYNC": "1"]).sync)
        #expect(!TerminalOptions(environment: ["NO_COLOR": "1"]).colors)
        #expect(TerminalOptions(environment: ["NO_COLOR": ""]).colors)
        #expect(TerminalOptions(environment: ["MESHTUI_GLYPHS": "ascii"]).glyphs == .ascii)
        #expect(TerminalOptions(environment: [:]).glyphs == nil)
    }
}
