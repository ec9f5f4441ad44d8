import CLinux
import Glibc

/// Sockets on a path that keep message borders: one message is one request, one message the answer.
enum UnixSocket {
    static let longestMessage = 65_536

    static func listen(at path: String) throws(LabProblem) -> Descriptor {
        unlink(path)
        let socket = try open(path)
        try withAddress(path, call: "bind") { bind(socket.number, $0, $1) }
        guard Glibc.listen(socket.number, 16) == 0 else { throw .systemCall("listen", object: path, errno: errno) }
        return socket
    }

    /// Sends `request` to whoever listens at `path` and waits up to three seconds for the answer.
    static func ask(_ request: String, at path: String) throws(LabProblem) -> String {
        let socket = try open(path)
        try withAddress(path, call: "connect") { connect(socket.number, $0, $1) }
        var patience = timeval(tv_sec: 3, tv_usec: 0)
        setsockopt(socket.number, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        try send(request, on: socket.number)
        guard let answer = receive(on: socket.number) else { throw .systemCall("recv", object: path, errno: errno) }
        return answer
    }

    static func send(_ text: String, on socket: Int32) throws(LabProblem) {
        let bytes = Array(text.utf8.prefix(longestMessage))
        guard Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL)) >= 0 else {
            throw .systemCall("send", object: "the lab's control socket", errno: errno)
        }
    }

    static func receive(on socket: Int32) -> String? {
        var buffer = [UInt8](repeating: 0, count: longestMessage)
        let length = recv(socket, &buffer, buffer.count, 0)
        return length > 0 ? String(decoding: buffer.prefix(length), as: UTF8.self) : nil
    }

    private static func open(_ path: String) throws(LabProblem) -> Descriptor {
        let kind = Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        return try Descriptor(socket(AF_UNIX, kind, 0), from: "socket", on: path)
    }

    private static func withAddress(
        _ path: String, call: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(LabProblem) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard path.utf8.count < room else { throw .systemCall(call, object: path, errno: ENAMETOOLONG) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        guard result == 0 else { throw .systemCall(call, object: path, errno: errno) }
    }
}
