import Glibc
import UnixSignals

/// The signals that ask a program to end.
enum EndSignals {
    /// A signal that was ignored when the program started stays ignored: `nohup` asks for that with SIGHUP, and a shell
    /// that starts a program in the background with SIGINT. SIGTERM always counts, or nothing could end it in order.
    static func sequence(_ wanted: [UnixSignal] = [.sigterm, .sigint, .sighup]) async -> UnixSignalsSequence {
        await UnixSignalsSequence(trapping: wanted.filter { $0 == .sigterm || !isIgnored($0.rawValue) })
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        let handler = action.__sigaction_handler.sa_handler
        return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
