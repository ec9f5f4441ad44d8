import Foundation
import Glibc
import MeshCore
import MeshWire
import Testing

@testable import MeshTUI

@Suite("A yes before this machine is changed")
struct ConsentTests {
    /// A state folder that is not there yet, and what is asked about it on the terminal at `path`.
    private static func consent(_ folder: String, terminal path: String, isGiven: Bool = false) -> Consent {
        var configuration = EngineConfiguration()
        (configuration.stateFolder, configuration.interface) = (folder, "mt7")
        configuration.subnet = IPv4Network(around: 0x0a63_0000, prefix: 16)
        let terminal = open(path, O_RDWR | O_NOCTTY)
        var consent = Consent(configuration: configuration, isGiven: isGiven)
        (consent.input, consent.error) = (terminal, terminal)
        return consent
    }

    private static func newFolder() -> String {
        FileManager.default.temporaryDirectory.path + "/consent\(UInt32.random(in: 0 ... .max))"
    }

    private static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Bytes that were typed and not read.
    private static func pending(_ slave: Int32) -> Int32 {
        var count: Int32 = 0
        return ioctl(slave, UInt(FIONREAD), &count) == 0 ? count : 0
    }

    @Test("where nobody can be asked nothing is changed, and the exit code is 64")
    func noTerminal() throws {
        let folder = Self.newFolder()
        let consent = Self.consent(folder, terminal: "/dev/null")
        let problem = #expect(throws: CommandProblem.self) { try consent.beforeStart(hosting: true) }
        #expect(problem?.code == .usage)
        #expect(
            try #require(problem).message.contains("nothing was changed")
                && "\(problem?.message ?? "")".contains("--yes"))
        #expect(!Self.isThere(folder))
    }

    @Test("--yes agrees without a question, and that is remembered")
    func given() throws {
        let folder = Self.newFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let network = try Self.consent(folder, terminal: "/dev/null", isGiven: true).beforeStart(hosting: true)
        #expect(network?.description == "10.99.0.0/16")
        let later = Self.consent(folder, terminal: "/dev/null")
        #expect(try later.beforeStart(hosting: true) == nil)
        #expect(throws: CommandProblem.self) { try later.agree(to: IPv4Network(around: 0x0a4d_0000, prefix: 16)) }
    }

    @Test(
        "the answer is yes or no, in a line of its own",
        arguments: [
            ("y\n", true), (" YES \n", true), ("\n", false), ("n\n", false), ("yesterday\n", false), ("\u{4}", false),
        ])
    func answered(_ typed: String, _ isYes: Bool) async throws {
        let folder = Self.newFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let pty = try #require(Pty(100, 30))
        defer { pty.close() }
        let before = pty.settings
        // What was typed before the question is no answer to it.
        pty.type("y\n")
        for _ in 0..<1000 where Self.pending(pty.slave) == 0 { try await Task.sleep(for: .milliseconds(10)) }
        let path = pty.path
        // The question throws it away.
        pty.type(typed) { Self.pending($0) == 0 }
        await #expect(processExitsWith: .exitCode(isYes ? 0 : 1)) {
            [folder = folder as String, path = path as String] in
            do {
                try ConsentTests.consent(folder, terminal: path).beforeStart()
            } catch is CommandProblem {
                exit(8)
            } catch {
                exit(1)
            }
            exit(0)
        }
        #expect(Self.isThere(folder + "/agreed") == isYes)
        #expect(Self.isThere(folder) == isYes)
        #expect(pty.settings == before)
    }
}
