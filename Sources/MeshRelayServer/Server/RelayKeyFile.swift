import Glibc
import MeshWire

/// A relay's private key on disk: 64 hexadecimal digits that only its owner may read.
enum RelayKeyFile {
    static let name = "relay.key"

    /// Reads the key of a state folder; makes both at the first start.
    static func loadOrCreate(folder: String) throws(RelayServerError) -> Bytes32 {
        try makeFolder(folder)
        let path = "\(folder)/\(name)"
        if let key = try load(path) { return key }
        try create(path, in: folder)
        // Read back, so that of two relays started at once both use the file that stayed.
        guard let key = try load(path) else {
            throw .system(operation: "opening", object: path, errno: ENOENT)
        }
        return key
    }

    private static func makeFolder(_ folder: String) throws(RelayServerError) {
        var path = folder.hasPrefix("/") ? "" : "."
        for part in folder.split(separator: "/") {
            path += "/\(part)"
            guard mkdir(path, 0o700) != 0, errno != EEXIST else { continue }
            // Folders above may be there without our being allowed to make them.
            let code = errno
            var status = stat()
            guard stat(path, &status) == 0 else { throw .system(operation: "making", object: path, errno: code) }
        }
    }

    private static func load(_ path: String) throws(RelayServerError) -> Bytes32? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            guard errno == ENOENT else { throw .system(operation: "opening", object: path, errno: errno) }
            return nil
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .system(operation: "looking at", object: path, errno: errno) }
        guard status.st_mode & 0o077 == 0 else { throw .exposedKey(path: path) }
        var bytes = [UInt8](repeating: 0, count: 66)
        let count = read(file, &bytes, bytes.count)
        guard count >= 0 else { throw .system(operation: "reading", object: path, errno: errno) }
        let text = String(decoding: bytes[..<count], as: UTF8.self)
        guard count == 65, text.last == "\n", let key = Bytes32(hex: String(text.dropLast())) else {
            throw .damagedKey(path: path)
        }
        return key
    }

    /// Written beside its place, brought to disk and then linked in: a key is there whole or not at all, and one that is
    /// there is never replaced.
    private static func create(_ path: String, in folder: String) throws(RelayServerError) {
        let draft = "\(path).\(getpid()).new"
        unlink(draft)
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .system(operation: "making", object: draft, errno: errno) }
        defer { unlink(draft) }
        let text = [UInt8]((KeyAgreement.newPrivateKey().hex + "\n").utf8)
        let written = write(file, text, text.count) == text.count && fsync(file) == 0
        let code = errno
        close(file)
        guard written else { throw .system(operation: "writing", object: draft, errno: code) }
        guard link(draft, path) == 0 || errno == EEXIST else {
            throw .system(operation: "making", object: path, errno: errno)
        }
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return }
        fsync(directory)
        close(directory)
    }
}
