import Glibc
package import MeshWire

/// Files and folders that only their owner may look into.
package enum PrivateFile {
    /// Makes the folder with all above it (new ones 0700). One that exists keeps its mode, because other programs may use
    /// it as well; what is written into it is 0600 by itself.
    ///
    /// - Throws: `StorageProblem.unsafeFolder` for one in which somebody else could replace our files.
    package static func makeFolder(_ path: String) throws(StorageProblem) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += made.isEmpty || made.hasSuffix("/") ? String(part) : "/" + part
            guard mkdir(made, 0o700) != 0, errno != EEXIST else { continue }
            // A folder above may exist although this user may not make it.
            let code = errno
            guard access(made, F_OK) == 0 else { throw problem(made, code) }
        }
        if let danger = try danger(of: made.isEmpty ? "." : made) { throw .unsafeFolder(path: path, danger) }
    }

    /// Nil when nobody but this user (and root) can put files into the folder, or another folder into its place.
    private static func danger(of folder: String) throws(StorageProblem) -> FolderDanger? {
        let trusted = [0, geteuid()]
        var link = stat()
        guard lstat(folder, &link) == 0 else { throw problem(folder) }
        if link.st_mode & S_IFMT == S_IFLNK, !trusted.contains(link.st_uid) { return .link(owner: link.st_uid) }
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw problem(folder) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw problem(folder) }
        if status.st_uid != geteuid() { return .owner(status.st_uid) }
        return status.st_mode & 0o022 == 0 ? nil : .writable(mode: status.st_mode & 0o7777)
    }

    /// Makes the file if there is none, and takes everybody else's rights on it away (0600).
    package static func make(_ path: String) throws(StorageProblem) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw problem(path) }
        defer { close(descriptor) }
        guard fchmod(descriptor, 0o600) == 0 else { throw problem(path) }
    }

    /// The file's bytes, nil when there is none. Throws `StorageProblem.exposed` for one that others may read or write.
    package static func read(_ path: String) throws(StorageProblem) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw problem(path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw problem(path) }
        guard status.st_mode & 0o077 == 0 else { throw .exposed(path: path) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw problem(path) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// Writes a new file (0600) so that it is there whole or not at all, also after a power cut.
    package static func write(_ bytes: [UInt8], to path: String) throws(StorageProblem) {
        let draft = path + ".new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw problem(draft) }
        let isWritten = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) } == bytes.count
        let isDurable = isWritten && fsync(descriptor) == 0
        let cause = errno
        close(descriptor)
        guard isDurable else { throw cause == ENOSPC ? .full(path: path) : problem(path, cause) }
        guard rename(draft, path) == 0 else { throw problem(path) }
        // The new name is durable when the folder is.
        let folder = open(
            path.lastIndex(of: "/").map { String(path[...$0]) } ?? ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    /// The 32 secret bytes in a file of 64 hexadecimal digits; drawn and written when there is no file. One that holds
    /// something else is never overwritten: others know this machine by its key.
    package static func key(orMakeAt path: String) throws(StorageProblem) -> Bytes32 {
        if let bytes = try read(path) {
            let digits = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
            guard let key = Bytes32(hex: digits) else {
                throw .damaged(path: path, reason: "it doesn't hold 64 hexadecimal digits")
            }
            return key
        }
        var random = SystemRandomNumberGenerator()
        let drawn: [UInt8] = (0..<Bytes32.count).map { _ in .random(in: 0 ... .max, using: &random) }
        let key = Bytes32(drawn.span, at: 0)
        try write(Array((key.hex + "\n").utf8), to: path)
        return key
    }

    /// What a call of the kernel's said of a path.
    static func problem(_ path: String, _ code: Int32 = errno) -> StorageProblem {
        code == ENOSPC ? .full(path: path) : .unusable(path: path, reason: String(cString: strerror(code)))
    }
}
