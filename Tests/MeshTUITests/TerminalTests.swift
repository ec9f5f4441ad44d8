import Glibc
import Testing

@testable import MeshTUI

/// The real terminal code on a pseudo-terminal. ncurses exists once in a process: one test after the other.
@Suite(.serialized)
struct TerminalTests {
    private static let options = TerminalOptions(environment: ["TERM": "xterm-256color"])

    @Test("a terminal is claimed, drawn on in single frames, typed at, resized, and given back as it was")
    func session() async throws {
        let pty = try #require(Pty(40, 12))
        defer { pty.close() }
        let before = pty.settings
        let terminal = try Terminal(Self.options, input: pty.slave, output: pty.slave)
        var events = terminal.events.makeAsyncIterator()
        #expect(await events.next() == .resize(Size(40, 12)))

        var canvas = Canvas(Size(40, 12))
        canvas.put("hello 世界", 2, 1, .good)
        terminal.draw(canvas)
        let first = pty.read(until: "\u{1b}[?2026l")
        #expect(first.contains("\u{1b}[?1049h"))
        #expect(first.contains("\u{1b}[?2004h\u{1b}[?1004h"))
        #expect(first.contains("hello 世界"))
        #expect(pty.settings != before)

        terminal.draw(canvas)
        canvas.put("there", 8, 1, .good)
        terminal.draw(canvas)
        let second = pty.read(until: "\u{1b}[?2026l")
        #expect(second.hasPrefix("\u{1b}[?2026h"))
        #expect(second.contains("there") && !second.contains("hello"))
        #expect(second.utf8.count < 60)

        pty.type("q\u{1b}OA\u{1b}[200~ab\rc\u{1b}[201~\u{1b}[O\u{c}世")
        let typed: [TerminalEvent] = [
            .key(.character("q")), .key(.up), .pasted("ab\nc"), .focus(false), .key(.control("l")),
            .key(.character("世")),
        ]
        for event in typed { #expect(await events.next() == event) }
        pty.type("\u{1b}")
        #expect(await events.next() == .key(.escape))

        pty.resize(60, 20)
        kill(getpid(), SIGWINCH)
        #expect(await events.next() == .resize(Size(60, 20)))
        kill(getpid(), SIGTERM)
        #expect(await events.next() == .closed(signal: SIGTERM))

        terminal.copy("secret")
        #expect(pty.read(until: "\u{1b}\\").contains("\u{1b}]52;c;c2VjcmV0\u{1b}\\"))
        terminal.close()
        #expect(await events.next() == nil)
        #expect(terminal.bytesSent >= second.utf8.count + 16)
        let last = pty.read(until: "\u{1b}[?1049l")
        #expect(last.contains("\u{1b}[?1004l\u{1b}[?2004l"))
        #expect(pty.settings == before)
    }

    @Test("a trap leaves the terminal as it was found")
    func trap() async throws {
        let pty = try #require(Pty(40, 12))
        defer { pty.close() }
        let before = pty.settings
        let path = pty.path
        await #expect(processExitsWith: .failure) { [path = path as String] in
            let slave = open(path, O_RDWR | O_NOCTTY)
            let options = TerminalOptions(environment: ["TERM": "xterm-256color"])
            let terminal = try Terminal(options, input: slave, output: slave)
            terminal.draw(Canvas(Size(40, 12)))
            let nothing: [Int] = []
            print(nothing[nothing.count])
        }
        let output = pty.read(until: "\u{1b}[?1049l")
        #expect(output.contains("\u{1b}[?1049h"))
        #expect(output.contains("\u{1b}[?25h"))
        #expect(pty.settings == before)
    }

    @Test("what is no terminal, or an unknown one, is refused with what to do")
    func refused() throws {
        let pty = try #require(Pty(40, 12))
        defer { pty.close() }
        let before = pty.settings
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        #expect(throws: TerminalError.notATerminal) { try Terminal(Self.options, input: null, output: null) }
        let unknown = TerminalOptions(environment: ["TERM": "no-such-terminal"])
        #expect(throws: TerminalError.unusable(term: "no-such-terminal")) {
            try Terminal(unknown, input: pty.slave, output: pty.slave)
        }
        #expect(pty.settings == before)
        #expect("\(TerminalError.unusable(term: "x"))".contains("set TERM"))
    }
}
