internal import CLinux
internal import Glibc

/// Finds a UDP port that WireGuard can have.
enum ListenPort {
    /// Ports tried beyond the wanted one.
    private static let further = 99

    static func candidates(from first: UInt16) -> ClosedRange<UInt16> {
        let last = min(Int(first) + further, Int(UInt16.max))
        return first...UInt16(last)
    }

    /// Whether nobody holds it, on IPv4 and, where the machine has it, on IPv6: WireGuard takes both.
    static func isFree(_ port: UInt16) -> Bool {
        canBind(AF_INET, port) && canBind(AF_INET6, port)
    }

    private static func canBind(_ family: Int32, _ port: UInt16) -> Bool {
        let socket = Glibc.socket(family, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return errno == EAFNOSUPPORT }
        defer { close(socket) }
        if family == AF_INET6 {
            // As WireGuard does: both families on one port, each with its own socket.
            var one: Int32 = 1
            setsockopt(socket, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &one, socklen_t(MemoryLayout<Int32>.size))
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            return bound(socket, address)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        return bound(socket, address)
    }

    private static func bound<Address>(_ socket: Int32, _ address: Address) -> Bool {
        withUnsafeBytes(of: address) { bytes in
            guard let start = bytes.baseAddress else { return false }
            return bind(socket, start.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count)) == 0
                || errno != EADDRINUSE
        }
    }
}
