internal import Glibc

/// Where a child's own words go: a file that begins again when it has grown.
struct ChildLog {
    let path: String

    private static let largest: off_t = 1 << 20

    /// A descriptor to append to, closed on exec.
    func open() throws(NetworkProblem) -> Int32 {
        let file = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .stateFolder(path, .last) }
        if lseek(file, 0, SEEK_END) > Self.largest { _ = ftruncate(file, 0) }
        return file
    }

    var lastLine: String? {
        StateFile.text(at: path)?.split(separator: "\n").last.map(String.init)
    }
}
