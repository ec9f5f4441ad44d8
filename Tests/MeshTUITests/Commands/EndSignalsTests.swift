import Glibc
import Testing
import UnixSignals

@testable import MeshTUI

@Suite("The signals that end a program")
struct EndSignalsTests {
    @Test("SIGHUP and SIGINT that were ignored from the start end nobody")
    func ignored() async {
        await #expect(processExitsWith: .exitCode(SIGTERM)) {
            signal(SIGHUP, SIG_IGN)
            signal(SIGINT, SIG_IGN)
            await Self.exitWithFirst(of: [SIGHUP, SIGINT, SIGTERM])
        }
    }

    @Test("SIGHUP that was not ignored ends the program")
    func counted() async {
        await #expect(processExitsWith: .exitCode(SIGHUP)) {
            signal(SIGHUP, SIG_DFL)
            await Self.exitWithFirst(of: [SIGHUP])
        }
    }

    @Test("SIGTERM counts even if it was ignored")
    func terminate() async {
        await #expect(processExitsWith: .exitCode(SIGTERM)) {
            signal(SIGTERM, SIG_IGN)
            await Self.exitWithFirst(of: [SIGTERM])
        }
    }

    /// Sends the signals to this process and ends it with the number of the first that is heard of.
    private static func exitWithFirst(of numbers: [Int32]) async {
        let signals = await EndSignals.sequence()
        for number in numbers { kill(getpid(), number) }
        for await first in signals { exit(first.rawValue) }
    }
}
