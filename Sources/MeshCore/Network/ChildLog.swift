internal import CLinux
internal import Glibc
internal import MeshRules
internal import Synchronization

/// Where a child's own words go: through a pipe, folded, into a file of bounded size.
final class ChildLog: Sendable {
    private let path: String
    private let last = Mutex<String?>(nil)
    /// Of a line; what is longer is cut there.
    private static let longest = 4_096

    init(path: String) { self.path = path }

    /// What the child said last since `forgetLastLine`.
    var lastLine: String? { last.withLock { $0 } }

    func forgetLastLine() { last.withLock { $0 = nil } }

    /// For one run of the child; both ends are closed on exec.
    final class Pipe: Sendable {
        let reading: Int32
        /// The child's end, good until `begun`.
        let writing: Int32
        private let isOpen = Mutex(true)

        init() throws(NetworkProblem) {
            var ends: [Int32] = [-1, -1]
            // A pair of sockets, because pipe(2) can't close its ends on exec by itself.
            let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw .socket("making a pipe", .last) }
            (reading, writing) = (ends[0], ends[1])
        }

        deinit { close(reading) }

        /// The child has its end, or there will be no child: the reader must not wait for this process.
        func begun() {
            isOpen.withLock { isOpen in
                if isOpen { close(writing) }
                isOpen = false
            }
        }
    }

    /// Reads until the child has closed its end. It blocks, and a child that writes never waits for anything else of ours.
    func copy(from pipe: Pipe) {
        let descriptor = pipe.reading
        let file = try? LogFile(path: path)
        var folder = LineFolder()
        var rest: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            var waited = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let isReadable = poll(&waited, 1, 1_000) != 0
            if isReadable {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                for byte in buffer[..<count] {
                    if byte != 0x0a, rest.count < Self.longest { rest.append(byte) }
                    guard byte == 0x0a else { continue }
                    take(rest, &folder, file)
                    rest.removeAll(keepingCapacity: true)
                }
            }
            for line in folder.due(at: Self.now()) { file?.write(line) }
        }
        if !rest.isEmpty { take(rest, &folder, file) }
        for line in folder.end() { file?.write(line) }
    }

    private func take(_ bytes: [UInt8], _ folder: inout LineFolder, _ file: LogFile?) {
        let line = String(decoding: bytes, as: UTF8.self)
        last.withLock { $0 = line }
        for line in folder.take(line, at: Self.now()) { file?.write(line) }
    }

    private static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
