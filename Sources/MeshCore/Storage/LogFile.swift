import Glibc
import Synchronization

/// A log file of bounded size (0600). One that has grown to its limit becomes NAME.1, in place of the one before, and a new
/// one begins: the newest lines are always there, and never more than twice the limit.
package final class LogFile: Sendable {
    /// Bytes. More keeps lines for longer, and costs twice as much room.
    package static let limit = 1 << 20

    private struct State {
        var descriptor: Int32
        var size: Int
    }

    private let path: String
    private let limit: Int
    private let standard: [Int32]
    private let state: Mutex<State>

    /// - Parameter standard: descriptors of this process that lead to the file as well, such as standard error: what is
    ///   written there by others, a crash report say, goes where the newest lines are.
    package init(path: String, limit: Int = LogFile.limit, standard: [Int32] = []) throws(StorageProblem) {
        (self.path, self.limit, self.standard) = (path, limit, standard)
        state = Mutex(try Self.open(path, standard))
    }

    deinit { close(state.withLock { $0.descriptor }) }

    /// Appends a line, without its end. What can't be written is lost: a log must not stop what it tells of.
    package func write(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        state.withLock { state in
            if state.size > 0, state.size + bytes.count > limit { rotate(&state) }
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(state.descriptor, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                state.size += count
                rest = rest.dropFirst(count)
            }
        }
    }

    /// On a failure the old file goes on: another try comes with the next line.
    private func rotate(_ state: inout State) {
        guard rename(path, path + ".1") == 0 || errno == ENOENT else { return }
        guard let fresh = try? Self.open(path, standard) else { return }
        close(state.descriptor)
        state = fresh
    }

    private static func open(_ path: String, _ standard: [Int32]) throws(StorageProblem) -> State {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw PrivateFile.problem(path) }
        for number in standard { dup2(descriptor, number) }
        return State(descriptor: descriptor, size: Int(lseek(descriptor, 0, SEEK_END)))
    }
}
