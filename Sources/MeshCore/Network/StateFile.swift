internal import Glibc

/// Small private files of the state folder.
enum StateFile {
    /// Makes the folder, shut to everybody else, and those above it. One that is there stays as it is: what we write into
    /// it is shut by itself, and somebody may have named a folder that others use as well.
    static func makeFolder(_ path: String) throws(NetworkProblem) {
        let parts = path.split(separator: "/")
        var made = path.hasPrefix("/") ? "" : "."
        for (index, part) in parts.enumerated() {
            made += "/\(part)"
            let mode: mode_t = index == parts.count - 1 ? 0o700 : 0o755
            guard mkdir(made, mode) == 0 || errno == EEXIST else { throw .stateFolder(path, .last) }
        }
        guard access(path, R_OK | W_OK | X_OK) == 0 else { throw .stateFolder(path, .last) }
    }

    /// Nil when it can't be read; at most 64 KiB are.
    static func text(at path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while bytes.count < 65_536 {
            let count = read(file, &buffer, buffer.count)
            if count <= 0 { return count == 0 ? String(decoding: bytes, as: UTF8.self) : nil }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Mode 0600; whoever reads it meanwhile, or after a power cut, finds the old text or the new one.
    static func write(_ text: String, to path: String) throws(NetworkProblem) {
        let temporary = path + ".new"
        let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .stateFolder(path, .last) }
        let bytes = Array(text.utf8)
        let isWritten = Glibc.write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
        let error = SystemError.last
        close(file)
        guard isWritten else { throw .stateFolder(path, error) }
        guard rename(temporary, path) == 0 else { throw .stateFolder(path, .last) }
    }
}
