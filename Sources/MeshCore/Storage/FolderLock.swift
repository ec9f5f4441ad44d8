import Glibc

/// A state folder serves one process at a time. The lock goes with the process, however that ends.
package final class FolderLock: Sendable {
    /// What keeps its state there; each has a lock of its own, for a small server may keep all in one folder.
    package enum Owner: String, Sendable {
        case node = "lock"
        case control = "control.lock"
        case relay = "relay.lock"
    }

    private let descriptor: Int32

    /// Makes the folder when there is none (0700), and locks it or throws at once.
    package init(_ folder: String, for owner: Owner) throws(StorageProblem) {
        try PrivateFile.makeFolder(folder)
        let path = folder + "/" + owner.rawValue
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw PrivateFile.problem(path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw errno == EWOULDBLOCK
                ? .inUse(folder: folder, by: "\(owner)", pid: Self.process(descriptor)) : PrivateFile.problem(path)
        }
        let process = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        pwrite(descriptor, process, process.count, 0)
    }

    deinit { close(descriptor) }

    /// Whether such a process has ever had the folder.
    package static func exists(in folder: String, for owner: Owner) -> Bool {
        access(folder + "/" + owner.rawValue, F_OK) == 0
    }

    /// The process that has the folder now; nil when none has.
    package static func holder(of folder: String, for owner: Owner) -> Int32? {
        let descriptor = open(folder + "/" + owner.rawValue, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
        return process(descriptor)
    }

    private static func process(_ descriptor: Int32) -> Int32 {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let digits = bytes.prefix(max(0, count)).prefix { 0x30...0x39 ~= $0 }
        return Int32(String(decoding: digits, as: UTF8.self)) ?? 0
    }
}

extension FolderLock.Owner: CustomStringConvertible {
    /// In a sentence.
    package var description: String {
        switch self {
        case .node: "node"
        case .control: "control server"
        case .relay: "relay"
        }
    }
}
