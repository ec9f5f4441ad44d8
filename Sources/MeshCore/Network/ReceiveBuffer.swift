internal import CLinux
internal import Glibc

/// Room for what arrives while WireGuard's process waits for a processor. Older releases of `wireguard-go` keep the
/// kernel's default (208 KiB, some 270 small packets): a tenth of a second without a processor then loses packets at
/// 2,000 a second.
enum ReceiveBuffer {
    /// Costs memory only while packets wait.
    static let bytes: Int32 = 4 << 20
    /// wireguard-go has about twenty descriptors, numbered from 0.
    static let descriptors: Range<Int32> = 0..<64

    /// Enlarges the buffers of a process's UDP sockets on `port`, through borrowed descriptors.
    /// - Parameter process: a pidfd.
    /// - Returns: how many sockets there were; none where the kernel does not lend descriptors.
    @discardableResult
    static func enlarge(in process: Int32, port: UInt16, among descriptors: Range<Int32> = descriptors) -> Int {
        var found = 0
        for number in descriptors {
            let borrowed = clinux_pidfd_getfd(process, number)
            guard borrowed >= 0 else { continue }
            defer { close(borrowed) }
            guard isUDP(borrowed), isBound(borrowed, to: port) else { continue }
            var size = bytes
            if setsockopt(borrowed, SOL_SOCKET, SO_RCVBUFFORCE, &size, socklen_t(MemoryLayout<Int32>.size)) == 0 {
                found += 1
            }
        }
        return found
    }

    private static func isUDP(_ socket: Int32) -> Bool {
        var type: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(socket, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == Int32(SOCK_DGRAM.rawValue)
    }

    private static func isBound(_ socket: Int32, to port: UInt16) -> Bool {
        var address = sockaddr_in6()
        var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
        return withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                guard getsockname(socket, name, &size) == 0 else { return false }
                // Both families have the port in the same place.
                return [sa_family_t(AF_INET), sa_family_t(AF_INET6)].contains(name.pointee.sa_family)
            }
        } && UInt16(bigEndian: address.sin6_port) == port
    }
}
