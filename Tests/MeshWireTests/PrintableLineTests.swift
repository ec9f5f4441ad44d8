import MeshWire
import Testing

@Suite("Texts of a control server")
struct PrintableLineTests {
    @Test(
        "count when they are one line of printable characters",
        arguments: [
            "x", "the disk is full", "Zürich (east), 2ᵉ étage", "ресурс занят", String(repeating: "é", count: 400),
        ])
    func counts(text: String) { #expect(PrintableLine.text(text) == text) }

    @Test(
        "are absent when they are empty, long, on two lines, or hold what can't be seen",
        arguments: [
            "", String(repeating: "x", count: 401), "a\nb", "a\r", "tab\there", "\u{1b}[2J", "\u{7f}", "\u{9b}31m",
            "a\u{202e}b", "a\u{200b}b", "a\u{2066}b", "\u{feff}a", "a\u{2028}b", "\u{e000}", "soft\u{ad}hyphen",
            "e" + String(repeating: "\u{301}", count: 400),
        ])
    func absent(text: String) { #expect(PrintableLine.text(text) == nil) }
}
