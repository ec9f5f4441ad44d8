import CLinux
import FoundationEssentials
import Glibc

/// The file of a node's socket.
package enum SocketFile {
    /// Who may come near the socket where the group exists; the node itself asks who is at the other end.
    static let group = "meshtui"

    /// Makes the socket's folder (0750) and removes a socket that a killed node left. Throws when a live node answers.
    package static func prepare(_ path: String) throws(EngineProblem) {
        guard path.utf8.count < maximumLength else {
            throw .socket(path: path, reason: "its path is longer than \(maximumLength - 1) bytes")
        }
        if isAnswered(path) { throw .socketInUse(path: path) }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        if access(folder, F_OK) != 0 { try makeFolder(folder, for: path) }
        removeStale(path)
    }

    /// Whether something listens there.
    package static func isAnswered(_ path: String) -> Bool { withConnection(path) { _ in true } ?? false }

    /// The process that listens there; nil when none does.
    package static func owner(_ path: String) -> Int32? {
        withConnection(path) { descriptor in
            // The kernel's `struct ucred`: process, user and group.
            var credentials: [Int32] = [0, 0, 0]
            var length = socklen_t(MemoryLayout<Int32>.size * credentials.count)
            guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 else { return nil }
            return credentials[0]
        } ?? nil
    }

    /// Nil when nothing listens there.
    private static func withConnection<Value>(_ path: String, _ body: (Int32) -> Value) -> Value? {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard var address = address(path) else { return nil }
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        return connected == 0 ? body(descriptor) : nil
    }

    /// Removes the file if it is a socket that nobody answers on. True when it did.
    @discardableResult
    package static func removeStale(_ path: String) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK, !isAnswered(path) else { return false }
        return unlink(path) == 0
    }

    private static var maximumLength: Int { MemoryLayout.size(ofValue: sockaddr_un().sun_path) }

    private static func makeFolder(_ folder: String, for path: String) throws(EngineProblem) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o750])
        } catch {
            throw .socket(path: path, reason: String(cString: strerror(errno)))
        }
        chmod(folder, 0o750)
        if let group = getgrnam(group) { chown(folder, 0, group.pointee.gr_gid) }
    }

    private static func address(_ path: String) -> sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < maximumLength else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return address
    }
}
