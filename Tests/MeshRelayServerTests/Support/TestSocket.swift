import CLinux
import Glibc
import MeshWire

@testable import MeshRelayServer

/// A client's UDP socket on loopback that waits up to five seconds for an answer and says with which TTL it came.
final class TestSocket {
    private let descriptor: Int32
    let endpoint: Endpoint

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        guard descriptor >= 0, var name = sockaddr_in(Endpoint(IPAddress(v4: 0x7f00_0001), 0)) else {
            throw TestFailure("socket: \(errno)")
        }
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let bound = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard bound else { throw TestFailure("bind: \(errno)") }
        endpoint = name.endpoint
        var timeout = timeval(tv_sec: 5, tv_usec: 0)
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, Int32(IPPROTO_IP), IP_RECVTTL, &on, 4)
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8], to destination: Endpoint) throws {
        guard var name = sockaddr_in(destination) else { throw TestFailure("IPv6") }
        let sent = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard sent == bytes.count else { throw TestFailure("sendto: \(errno)") }
    }

    func receive() throws -> (bytes: [UInt8], from: Endpoint, ttl: Int32) {
        var bytes = [UInt8](repeating: 0, count: 4096)
        var name = sockaddr_in()
        // A control message of four bytes: its header, the TTL, padding.
        var control = [UInt64](repeating: 0, count: 3)
        let count = bytes.withUnsafeMutableBytes { data in
            control.withUnsafeMutableBytes { control in
                withUnsafeMutablePointer(to: &name) { name in
                    var vector = iovec(iov_base: data.baseAddress, iov_len: data.count)
                    return withUnsafeMutablePointer(to: &vector) { vector in
                        var message = msghdr()
                        message.msg_name = UnsafeMutableRawPointer(name)
                        message.msg_namelen = socklen_t(MemoryLayout<sockaddr_in>.size)
                        message.msg_iov = vector
                        message.msg_iovlen = 1
                        message.msg_control = control.baseAddress
                        message.msg_controllen = control.count
                        return recvmsg(descriptor, &message, 0)
                    }
                }
            }
        }
        guard count >= 0 else { throw TestFailure("nothing came: errno \(errno)") }
        return ([UInt8](bytes[..<count]), name.endpoint, Int32(truncatingIfNeeded: control[2]))
    }
}
