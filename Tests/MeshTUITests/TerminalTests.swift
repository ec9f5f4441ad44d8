import Foundation
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

    @Test("what is no terminal, or one that can't place its cursor, is refused with what to do")
    func refused() throws {
        let pty = try #require(Pty(40, 12))
        defer { pty.close() }
        let before = pty.settings
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        #expect(throws: TerminalError.notATerminal) { try Terminal(Self.options, input: null, output: null) }
        let dumb = TerminalOptions(environment: ["TERM": "dumb"])
        #expect(throws: TerminalError.unusable(term: "dumb")) {
            try Terminal(dumb, input: pty.slave, output: pty.slave)
        }
        #expect(pty.settings == before)
        for words in ["set TERM", "--headless", "meshtui status"] {
            #expect("\(TerminalError.unusable(term: "x"))".contains(words))
        }
    }

    @Test(
        "a terminal that terminfo does not know is taken for one of its like, with a word",
        arguments: [("no-such-terminal", "xterm-256color", "“no-such-terminal”"), ("", "vt100", "TERM is not set")])
    func unknown(_ term: String, _ other: String, _ words: String) async throws {
        let pty = try #require(Pty(40, 12))
        defer { pty.close() }
        let before = pty.settings
        let terminal = try Terminal(TerminalOptions(environment: ["TERM": term]), input: pty.slave, output: pty.slave)
        let notice = try #require(terminal.notice)
        #expect(notice.contains(words) && notice.contains(other))
        var canvas = Canvas(Size(40, 12))
        canvas.put("hello", 2, 1)
        terminal.draw(canvas)
        #expect(pty.read(until: "hello").contains("hello"))
        terminal.close()
        for await _ in terminal.events {}
        #expect(pty.settings == before)
        let known = try Terminal(Self.options, input: pty.slave, output: pty.slave)
        #expect(await known.isKnownAndClosed)
    }

    @Test("a frame that a non-blocking terminal did not take whole is drawn again")
    func cutFrame() async throws {
        let pty = try #require(Pty(200, 60))
        defer { pty.close() }
        let terminal = try Terminal(Self.options, input: pty.slave, output: pty.slave)
        // Somebody else shares the terminal, and has set the flag for all.
        let flags = fcntl(pty.slave, F_GETFL)
        #expect(fcntl(pty.slave, F_SETFL, flags | O_NONBLOCK) == 0)
        let size = Size(200, 60)
        for letter in ["a", "b", "c"] as [Character] {
            var canvas = Canvas(size)
            canvas.fill(Rect(size), letter)
            canvas.put("END \(letter)", 190, 59)
            terminal.draw(canvas)
            // Nobody reads: what the terminal holds is full long before the end.
            try await Task.sleep(for: .milliseconds(500))
        }
        let text = pty.read(until: "END c")
        #expect(text.contains("END c"))
        // All of the last frame is there: it begins with an empty screen.
        let last = text.components(separatedBy: "\u{1b}[?2026h").last ?? ""
        #expect(last.contains(String(repeating: "c", count: 190)) && !last.contains("b"))
        #expect(last.filter { $0 == "c" }.count >= 200 * 60 - 10)
        pty.type("q")
        for await event in terminal.events where event == .key(.character("q")) { break }
        terminal.close()
        for await _ in terminal.events {}
    }

    @Test("letters of an invite without brackets press nothing, and keys work after a paste that never ends")
    func pastes() async throws {
        let pty = try #require(Pty(40, 12))
        defer { pty.close() }
        let terminal = try Terminal(Self.options, input: pty.slave, output: pty.slave)
        var events = terminal.events.makeAsyncIterator()
        _ = await events.next()
        pty.type("mtui1qlyqlynqhj\r")
        #expect(await events.next() == .pasted("mtui1qlyqlynqhj\n"))
        pty.type("\u{1b}[200~a")
        #expect(await events.next() == .pasted("a"))
        pty.type("?")
        #expect(await events.next() == .key(.character("?")))
        pty.type("\u{1b}[M q!\u{1b}[<0;13;7M\u{1b}[<0;13;7m")
        pty.type("q")
        #expect(await events.next() == .key(.character("q")))
        terminal.close()
        #expect(await events.next() == nil)
    }
}

extension Terminal {
    /// A terminal without a notice, given back.
    fileprivate var isKnownAndClosed: Bool {
        get async {
            close()
            for await _ in events {}
            return notice == nil
        }
    }
}
