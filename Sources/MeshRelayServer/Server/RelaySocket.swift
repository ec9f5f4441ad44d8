import CLinux
import Glibc
import MeshWire

/// A bound UDP socket, closed when it goes.
final class RelaySocket {
    let descriptor: Int32
    /// Where it listens, with the port that the kernel chose if none was asked for.
    let endpoint: Endpoint
    /// Bytes the kernel may hold for us: at 162,000 packets a second it stands in for about 15 ms.
    private static let buffer: Int32 = 4 << 20

    init(_ wanted: Endpoint) throws(RelayServerError) {
        guard var name = sockaddr_in(wanted) else { throw .address("\(wanted)") }
        let object = "UDP \(wanted)"
        let socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { throw .system(operation: "opening", object: object, errno: errno) }
        descriptor = socket
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                bind(socket, name, size) == 0 && getsockname(socket, name, &size) == 0
            }
        }
        guard bound else {
            let code = errno
            close(socket)
            throw .system(operation: "listening on", object: object, errno: code)
        }
        endpoint = name.endpoint
        // Larger than the system's limit only with the right to it; otherwise the limit.
        if !set(SOL_SOCKET, SO_RCVBUFFORCE, Self.buffer) { set(SOL_SOCKET, SO_RCVBUF, Self.buffer) }
        if !set(SOL_SOCKET, SO_SNDBUFFORCE, Self.buffer) { set(SOL_SOCKET, SO_SNDBUF, Self.buffer) }
        set(Int32(IPPROTO_IP), IP_TTL, SendBatch.dataTTL)
        // Answers leave from the address that was asked, which the socket doesn't know when it listens on all.
        if wanted.address.isUnspecified { set(Int32(IPPROTO_IP), IP_PKTINFO, 1) }
    }

    deinit { close(descriptor) }

    @discardableResult
    private func set(_ level: Int32, _ option: Int32, _ value: Int32) -> Bool {
        var value = value
        return setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0
    }
}
