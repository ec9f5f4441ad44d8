import CLinux
import Glibc

/// A process that outlives this one and its terminal.
package struct DetachedProcess {
    /// Its process number, for as long as it has not been waited for.
    package let pid: Int32

    /// Starts `path`; what it writes is appended to `log` (made 0600), and it reads nothing.
    package init(path: String, arguments: [String], log: String) throws(EngineProblem) {
        let input = open("/dev/null", O_RDONLY | O_CLOEXEC)
        let output = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer {
            if input >= 0 { close(input) }
            if output >= 0 { close(output) }
        }
        guard input >= 0, output >= 0 else {
            throw .stateFolder(path: log, reason: String(cString: strerror(errno)))
        }
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
        defer { for word in words { free(word) } }
        words.append(nil)
        pid = clinux_spawn_detached(path, words, environ, input, output, -1)
        guard pid > 0 else { throw .stateFolder(path: path, reason: String(cString: strerror(errno))) }
    }

    /// Whether it has ended.
    package var hasEnded: Bool { waitpid(pid, nil, WNOHANG) == pid }
}
