internal import Glibc

/// Where a child's own words go: a file that begins again when it has grown.
struct ChildLog {
    let path: String

    private static let largest: off_t = 1 << 20

    /// A descriptor to append to, closed on exec.
    func open() throws(NetworkProblem) -> Int32 {
        let file = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .storage(PrivateFile.problem(path)) }
        if lseek(file, 0, SEEK_END) > Self.largest { _ = ftruncate(file, 0) }
        return file
    }

    /// In bytes; 0 when there is none yet, or when it is about to begin again.
    var size: Int {
        var status = stat()
        guard stat(path, &status) == 0, status.st_size <= Self.largest else { return 0 }
        return Int(status.st_size)
    }

    /// The last of what was written since the log had this size.
    func lastLine(after mark: Int) -> String? {
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = pread(file, &bytes, bytes.count, mark)
        guard count > 0 else { return nil }
        return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").last.map(String.init)
    }
}
