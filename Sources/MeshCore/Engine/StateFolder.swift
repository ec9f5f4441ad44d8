import FoundationEssentials
import Glibc

/// The folder that a node keeps its state in: only its owner can look into it, and one node at a time has it.
package final class StateFolder: Sendable {
    /// As it was given.
    package let path: String
    private let lock: Int32

    /// Makes the folder when there is none (0700) and locks it. The lock goes with the process, however that ends.
    package init(_ path: String) throws(EngineProblem) {
        self.path = path
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .stateFolder(path: path, reason: Self.reason(errno))
        }
        guard chmod(path, 0o700) == 0 else { throw .stateFolder(path: path, reason: Self.reason(errno)) }
        let file = path + "/lock"
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .stateFolder(path: path, reason: Self.reason(errno)) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let cause = errno
            let owner = Self.owner(descriptor)
            close(descriptor)
            if cause == EWOULDBLOCK { throw .inUse(folder: path, pid: owner) }
            throw .stateFolder(path: path, reason: Self.reason(cause))
        }
        lock = descriptor
        let pid = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        pwrite(descriptor, pid, pid.count, 0)
    }

    deinit { close(lock) }

    /// True once for each folder: the first call leaves a mark.
    package func isFirstTime(_ mark: String) -> Bool {
        let descriptor = open(path + "/" + mark, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        close(descriptor)
        return true
    }

    private static func owner(_ descriptor: Int32) -> Int32 {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let digits = bytes.prefix(max(0, count)).prefix { 0x30...0x39 ~= $0 }
        return Int32(String(decoding: digits, as: UTF8.self)) ?? 0
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
