import CLinux
import Glibc
import Testing

@testable import MeshCore

@Suite("The receive buffer of a child's socket")
struct ReceiveBufferTests {
    /// A UDP socket of this process on a free port of loopback.
    private func bound() throws -> (socket: Int32, port: UInt16) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        try #require(socket >= 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && getsockname(socket, $0, &size) == 0
            }
        }
        try #require(isBound)
        return (socket, UInt16(bigEndian: name.sin_port))
    }

    private func buffer(of socket: Int32) -> Int32 {
        var bytes: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(socket, SOL_SOCKET, SO_RCVBUF, &bytes, &size)
        return bytes
    }

    @Test("the socket on WireGuard's port gets more room, others keep theirs")
    func enlarged() throws {
        let (wanted, port) = try bound()
        let (other, _) = try bound()
        let process = clinux_pidfd_open(getpid())
        try #require(process >= 0)
        defer { for descriptor in [wanted, other, process] { close(descriptor) } }
        let before = buffer(of: other)
        let count = ReceiveBuffer.enlarge(in: process, port: port, among: 0..<1_024)
        #expect(count == 1)
        // The kernel doubles what is asked for, for its own bookkeeping.
        #expect(buffer(of: wanted) == 2 * ReceiveBuffer.bytes)
        #expect(buffer(of: other) == before)
    }
}
