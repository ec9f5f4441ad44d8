import MeshRules
import Testing

@testable import MeshTUI

/// Bytes at moments in, events out.
struct KeyAssemblerTests {
    /// A read of the terminal, so many milliseconds after the one before it.
    struct Read: Sendable {
        var after: Int
        var bytes: [UInt8]
        init(_ after: Int, _ text: String) { (self.after, bytes) = (after, Array(text.utf8)) }
        init(_ after: Int, bytes: [UInt8]) { (self.after, self.bytes) = (after, bytes) }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reads: [Read]
        let events: [TerminalEvent]

        init(_ description: String, _ reads: [Read], _ events: [TerminalEvent]) {
            (testDescription, self.reads, self.events) = (description, reads, events)
        }

        init(_ description: String, _ text: String, _ events: [TerminalEvent]) {
            self.init(description, [Read(0, text)], events)
        }
    }

    /// All events, with the time-outs that the terminal's thread would wait for.
    private func events(_ reads: [Read]) -> [TerminalEvent] {
        var keys = KeyAssembler()
        var (now, events) = (Instant() + .seconds(5), [TerminalEvent]())
        for read in reads {
            let next = now + .milliseconds(read.after)
            while let deadline = keys.deadline, deadline <= next { events += keys.handleTimeout(at: deadline) }
            now = next
            events += keys.take(read.bytes, at: now)
        }
        while let deadline = keys.deadline { events += keys.handleTimeout(at: deadline) }
        return events
    }

    private static func typed(_ text: String) -> [TerminalEvent] { text.map { .key(.character($0)) } }

    static let keys: [Case] = [
        Case("Tab", "\t", [.key(.tab)]), Case("Enter", "\r", [.key(.enter)]), Case("line feed", "\n", [.key(.enter)]),
        Case("Escape", "\u{1b}", [.key(.escape)]), Case("Backspace", "\u{7f}", [.key(.backspace)]),
        Case("Ctrl-H", "\u{8}", [.key(.backspace)]), Case("Ctrl-L", "\u{c}", [.key(.control("l"))]),
        Case("q", "q", typed("q")), Case("wide", "世", typed("世")),
        Case("half a character, then a key", [Read(0, bytes: [0xe4, 0xb8, 0x71])], typed("q")),
        Case("no UTF-8", [Read(0, bytes: [0xff, 0x80, 0xc0, 0xf5])], []), Case("C1 control", "\u{85}", []),
        Case("NUL and others without a name", "\0\u{1c}\u{1f}", []),
        Case("xterm", "\u{1b}[A\u{1b}[B\u{1b}[C\u{1b}[D", [.key(.up), .key(.down), .key(.right), .key(.left)]),
        Case("application", "\u{1b}OA\u{1b}OH\u{1b}OF\u{1b}OM", [.key(.up), .key(.home), .key(.end), .key(.enter)]),
        Case("home and end of the Linux console", "\u{1b}[1~\u{1b}[4~", [.key(.home), .key(.end)]),
        Case("home and end of rxvt", "\u{1b}[7~\u{1b}[8~", [.key(.home), .key(.end)]),
        Case("pages", "\u{1b}[5~\u{1b}[6~\u{1b}[3~", [.key(.pageUp), .key(.pageDown), .key(.delete)]),
        Case("Shift-Tab", "\u{1b}[Z", [.key(.backTab)]), Case("F1 of the console", "\u{1b}[[A", []),
        Case("F5 and Ctrl-Up do nothing", "\u{1b}[15~\u{1b}[1;5A", []),
        Case("focus", "\u{1b}[I\u{1b}[O", [.focus(true), .focus(false)]),
        Case("Escape twice", "\u{1b}\u{1b}", [.key(.escape), .key(.escape)]),
        Case("Escape and a key", "\u{1b}q", [.key(.escape)] + typed("q")),
        Case("a held key", "jjjj", typed("jjjj")), Case("held Enter", "\r\r", [.key(.enter), .key(.enter)]),
        Case("Tab and Enter", "\t\r", [.key(.tab), .key(.enter)]),
        Case("a key and an arrow", "q\u{1b}[A", typed("q") + [.key(.up)]),
        Case("fingers", [Read(0, "q"), Read(11, "l"), Read(40, "y")], typed("qly")),
    ]

    static let reports: [Case] = [
        Case("X10 mouse", "\u{1b}[M q!x", typed("x")),
        Case("X10 mouse far right", [Read(0, bytes: [0x1b, 0x5b, 0x4d, 0x20, 0xf1, 0x71, 0x78])], typed("x")),
        Case("SGR mouse", "\u{1b}[<0;113;27M\u{1b}[<0;113;27m", []),
        Case("urxvt mouse", "\u{1b}[32;113;27Mx", typed("x")),
        Case("SGR mouse in two reads", [Read(0, "\u{1b}[<35;11"), Read(200, "3;27M"), Read(300, "x")], typed("x")),
        Case("device attributes", "\u{1b}[?64;1;2q\u{1b}[>1;10;0c", []), Case("cursor position", "\u{1b}[24;80R", []),
        Case("colour report", "\u{1b}]11;rgb:qqqq/0000/0000\u{1b}\\\u{1b}]10;q\u{7}x", typed("x")),
        Case("a report without an end", [Read(0, "\u{1b}]11;q"), Read(600, "x")], typed("x")),
        Case("a sequence without an end", [Read(0, "\u{1b}[12"), Read(600, "x")], typed("x")),
        Case("too long for a sequence", "\u{1b}[" + String(repeating: "1", count: 65) + "\u{1b}[A", [.key(.up)]),
        Case("a control within a sequence", "\u{1b}[12\r", [.key(.enter)]),
    ]

    static let splits: [Case] = [
        Case("ESC, its rest in time", [Read(0, "\u{1b}"), Read(24, "[A")], [.key(.up)]),
        Case("within the sequence", [Read(0, "\u{1b}["), Read(300, "A")], [.key(.up)]),
        Case("ESC, its rest too late", [Read(0, "\u{1b}"), Read(80, "[A")], [.key(.escape), .key(.up)]),
        Case("ESC, the rest of a report", [Read(0, "\u{1b}"), Read(80, "[<0;1;1Mx")], [.key(.escape)] + typed("x")),
        Case("ESC, the rest of SS3", [Read(0, "\u{1b}"), Read(80, "OA")], [.key(.escape), .key(.up)]),
        Case(
            "ESC, the rest of a paste", [Read(0, "\u{1b}"), Read(80, "[200~qly\u{1b}[201~")],
            [.key(.escape), .pasted("qly")]),
        Case("Escape, then [ typed", [Read(0, "\u{1b}"), Read(90, "["), Read(90, "A")], [.key(.escape)] + typed("[A")),
        Case("Escape, then O much later", [Read(0, "\u{1b}"), Read(900, "O")], [.key(.escape)] + typed("O")),
        Case("a character in two reads", [Read(0, bytes: [0xe4]), Read(90, bytes: [0xb8, 0x96])], typed("世")),
    ]

    static let pastes: [Case] = [
        Case("bracketed", "\u{1b}[200~ab\rc\td\u{1b}[201~", [.pasted("ab\nc\td")]),
        Case(
            "bracketed in pieces", [Read(0, "\u{1b}[200~a"), Read(400, "b"), Read(400, "\u{1b}[201~")], [.pasted("ab")]),
        Case("keys within are none", "\u{1b}[200~a\u{1b}[A\u{3}b\u{1b}[201~", [.pasted("ab")]),
        Case(
            "without an end", [Read(0, "\u{1b}[200~a"), Read(2000, "?"), Read(100, "q")], [.pasted("a")] + typed("?q")),
        Case("the end alone", "\u{1b}[201~", []),
        Case("without brackets", "mtui1qly", [.pasted("mtui1qly")]),
        Case("two characters", "ql", [.pasted("ql")]),
        Case("without brackets, a character a read", "mtui1q".map { Read(9, String($0)) }, [.pasted("mtui1q")]),
        Case(
            "it stutters", [Read(0, "mtui1"), Read(90, "q"), Read(90, "l"), Read(200, "x")],
            [.pasted("mtui1ql")] + typed("x")),
        Case("with line ends", "mtui1\rq\r", [.pasted("mtui1\nq\n")]),
        Case("that begins with one", "\rq", [.pasted("\nq")]),
        Case("then a key", [Read(0, "mtui1\r"), Read(101, "q")], [.pasted("mtui1\n")] + typed("q")),
        Case("then a bracketed one", "ab\u{1b}[200~c\u{1b}[201~", [.pasted("ab"), .pasted("c")]),
    ]

    @Test("keys, reports, split sequences and pastes", arguments: keys + reports + splits + pastes)
    func bytes(_ sample: Case) { #expect(events(sample.reads) == sample.events) }

    @Test("however an invite without brackets is cut into reads, no key of it is pressed", arguments: 1...12)
    func anyCut(size: Int) {
        let invite = Array("mtui1qlyqhq7lyqqqlllyyyy23jaiqf".utf8)
        var reads: [Read] = []
        for start in stride(from: 0, to: invite.count, by: size) {
            reads.append(Read(start == 0 ? 0 : 8, bytes: Array(invite[start..<min(start + size, invite.count)])))
        }
        #expect(events(reads) == [.pasted(String(decoding: invite, as: UTF8.self))])
    }

    @Test("a paste is cut at its limit, bracketed or not")
    func limit() {
        let text = String(repeating: "ab", count: KeyAssembler.pasteLimit)
        for pasted in [text, "\u{1b}[200~\(text)\u{1b}[201~"] {
            #expect(events([Read(0, pasted)]) == [.pasted(String(text.prefix(KeyAssembler.pasteLimit)))])
        }
    }

    @Test("nothing is waited for when all is told")
    func noDeadline() {
        var keys = KeyAssembler()
        #expect(keys.take(Array("\u{1b}[A".utf8), at: Instant()) == [.key(.up)])
        #expect(keys.deadline == nil)
        #expect(keys.take([0x1b], at: Instant()) == [])
        #expect(keys.deadline == Instant() + KeyAssembler.escapeGap)
    }

    @Test("a terminal of one byte a character is read as Latin-1")
    func latin1() {
        var keys = KeyAssembler(isUTF8: false)
        _ = keys.take([0xeb], at: Instant())
        #expect(keys.handleTimeout(at: Instant() + .seconds(1)) == [.key(.character("ë"))])
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
        #expect(TerminalOptions(environment: ["TERM": "tmux-256color"]).copies)
        for known in [[:], ["TERM": "linux"], ["TERM": "vt220"], ["TERM": "xterm", "VTE_VERSION": "7006"]] {
            #expect(!TerminalOptions(environment: Environment(known)).copies)
        }
    }
}
