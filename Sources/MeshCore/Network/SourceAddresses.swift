internal import CLinux
internal import Glibc
internal import MeshWire
internal import Synchronization

/// Which of this machine's addresses packets to a destination leave from: a checksum covers it, so it must be known
/// before the kernel chooses.
final class SourceAddresses: Sendable {
    private let known = Mutex<[UInt32: UInt32]>([:])

    /// More destinations than a party has; beyond it everything is asked again, which costs three system calls each.
    private static let limit = 4_096

    /// As numbers (192.0.2.1 is 0xc0000201); nil when there is no route.
    func source(for destination: UInt32) -> UInt32? {
        if let source = known.withLock({ $0[destination] }) { return source }
        guard let source = Self.ask(destination) else { return nil }
        known.withLock {
            if $0.count >= Self.limit { $0.removeAll() }
            $0[destination] = source
        }
        return source
    }

    func forget(_ destination: UInt32) { known.withLock { $0[destination] = nil } }

    /// After routes or addresses have changed.
    func forgetAll() { known.withLock { $0.removeAll() } }

    /// Connecting a datagram socket sends nothing and makes the kernel choose.
    private static func ask(_ destination: UInt32) -> UInt32? {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return nil }
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = destination.bigEndian
        address.sin_port = UInt16(9).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic -> Bool in
                connect(socket, generic, length) == 0 && getsockname(socket, generic, &length) == 0
            }
        } ? UInt32(bigEndian: address.sin_addr.s_addr) : nil
    }
}
