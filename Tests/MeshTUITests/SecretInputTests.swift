import Foundation
import Glibc
import MeshWire
import Testing

@testable import MeshTUI

/// The invite's prompt on a pseudo-terminal, each in a process of its own: signals are a whole process' matter.
struct SecretInputTests {
    /// Reads an invite from the terminal at `path`, as `meshtui join` does.
    private static func read(_ path: String) throws -> String {
        let terminal = open(path, O_RDWR | O_NOCTTY)
        let input = SecretInput(prompt: "Invite: ", missing: { JoinCommand.missing(of: $0) }, input: terminal)
        return try input.read(fromPipe: false)
    }

    private static func isEchoing(_ descriptor: Int32) -> Bool {
        var settings = termios()
        tcgetattr(descriptor, &settings)
        return settings.c_lflag & tcflag_t(ECHO) != 0
    }

    @Test(
        "a signal at the prompt ends the process by that signal, with the terminal as it was",
        arguments: [SIGINT, SIGTERM, SIGHUP, SIGQUIT])
    func signal(_ number: Int32) async throws {
        let pty = try #require(Pty(80, 24))
        defer { pty.close() }
        let before = pty.settings
        let path = pty.path
        await #expect(processExitsWith: .signal(number)) { [path = path as String, number = number as Int32] in
            Sender.detached(path, number)
            do { _ = try SecretInputTests.read(path) } catch let ended as EndedBySignal { ended.end() }
        }
        #expect(pty.settings == before)
    }

    /// Sends a signal once nothing is echoed.
    enum Sender {
        static func detached(_ path: String, _ number: Int32) {
            Thread.detachNewThread {
                let terminal = open(path, O_RDWR | O_NOCTTY)
                while SecretInputTests.isEchoing(terminal) { usleep(5_000) }
                kill(getpid(), number)
            }
        }
    }

    @Test(
        "an invite is read to its end, in as many lines as were pasted",
        arguments: [
            "INVITE\n", "> FIRST\n> SECOND\n", "FIRST\nSECOND\n", "Join us!\n\n`INVITE`\n\nat 8\n", "  \nINVITE\n",
        ])
    func pasted(_ text: String) async throws {
        let pty = try #require(Pty(80, 24))
        defer { pty.close() }
        let before = pty.settings
        let invite = PastedSample.invite
        let half = invite.count / 2
        let typed = text.replacing("INVITE", with: invite).replacing("FIRST", with: invite.prefix(half))
            .replacing("SECOND", with: invite.dropFirst(half))
        let path = pty.path
        pty.type(typed) { !Self.isEchoing($0) }
        await #expect(processExitsWith: .success) { [path = path as String] in
            let text = try SecretInputTests.read(path)
            guard try InviteCode(pasted: text).text == PastedSample.invite else { exit(1) }
        }
        #expect(pty.settings == before)
        #expect(!pty.read(until: "Invite: \r\n").contains(invite.prefix(12)))
    }

    @Test("what is no invite is not waited for, and nothing at all is told", arguments: ["hello\n", "\n", "\u{4}"])
    func refused(_ text: String) async throws {
        let pty = try #require(Pty(80, 24))
        defer { pty.close() }
        let before = pty.settings
        let path = pty.path
        pty.type(text) { !Self.isEchoing($0) }
        await #expect(processExitsWith: .success) { [path = path as String, text = text as String] in
            do {
                let read = try SecretInputTests.read(path)
                guard text == "hello\n", read == text else { exit(1) }
            } catch let problem as CommandProblem {
                guard text != "hello\n", problem.code == .data else { exit(2) }
            }
        }
        #expect(pty.settings == before)
    }
}

enum PastedSample {
    static var invite: String {
        let server = InviteCode.Server(
            keyHash: Bytes16(), host: .address(IPAddress(v4: 0xc000_0201)), port: 51821)
        let code = try? InviteCode(
            party: PartyID(), secret: Bytes16(), minEpoch: 1, servers: [server], hosts: [])
        return code?.text ?? ""
    }
}
