internal import CLinux
internal import Glibc

/// The file that remembers WireGuard's process, so that a later run finds the one that a killed run left behind, and
/// never takes a stranger's process with the same number for it: `PID STARTTIME`.
struct ProcessRecord {
    let path: String

    func write(_ pid: pid_t) throws(StorageProblem) {
        guard let start = Self.startTime(inStat: ProcFile.text(at: "/proc/\(pid)/stat") ?? "") else { return }
        try PrivateFile.write(Array("\(pid) \(start)\n".utf8), to: path)
    }

    func remove() { unlink(path) }

    /// Ends the recorded process if it still runs and is WireGuard for this interface. Returns whether there was one;
    /// it is gone then.
    @discardableResult
    func endLeftover(interface: String) -> Bool {
        guard let bytes = try? PrivateFile.read(path) else { return false }
        defer { remove() }
        let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let pid = pid_t(words[0]), let start = UInt64(words[1]), pid > 1 else { return false }
        // The descriptor pins the process: what is verified after it was opened is what gets the signal.
        let process = clinux_pidfd_open(pid)
        guard process >= 0 else { return false }
        defer { close(process) }
        guard Self.startTime(inStat: ProcFile.text(at: "/proc/\(pid)/stat") ?? "") == start else { return false }
        // One that went with its node a moment ago has no arguments any more, and its interface until it is gone.
        let commandLine = ProcFile.text(at: "/proc/\(pid)/cmdline") ?? ""
        guard commandLine.isEmpty || Self.isWireGuard(commandLine: commandLine, interface: interface),
            clinux_pidfd_send_signal(process, SIGKILL) == 0
        else { return false }
        var waited = pollfd(fd: process, events: Int16(POLLIN), revents: 0)
        return poll(&waited, 1, 5_000) == 1
    }

    /// Field 22 of /proc/PID/stat. The second field is a name in parentheses that may hold anything.
    static func startTime(inStat text: String) -> UInt64? {
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        return fields.count > 19 ? UInt64(fields[19]) : nil
    }

    /// Arguments as /proc/PID/cmdline has them, a zero byte after each.
    static func isWireGuard(commandLine: String, interface: String) -> Bool {
        let arguments = commandLine.split(separator: "\0").map(String.init)
        guard let program = arguments.first?.split(separator: "/").last else { return false }
        return program == "wireguard-go" && arguments.last == interface
    }
}
