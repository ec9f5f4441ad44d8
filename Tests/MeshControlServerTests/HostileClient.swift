import Glibc

/// One TCP connection of a client that keeps no rules: it says half of something, never reads, or comes from any
/// address of 127.0.0.0/8. It never blocks.
final class HostileClient: Sendable {
    struct Failure: Error { var code: Int32 }

    private let descriptor: Int32

    /// - Parameters:
    ///   - source: 127.0.0.0/8, as a number.
    ///   - buffer: bytes that the kernel keeps of what is not read; 0 leaves its own choice.
    init(port: UInt16, from source: UInt32 = 0x7f00_0001, buffer: Int32 = 0) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        var size = buffer
        if buffer > 0 { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4) }
        guard Self.call(bind, descriptor, source, 0) == 0 else { throw Failure(code: errno) }
        guard Self.call(connect, descriptor, 0x7f00_0001, port) == 0 || errno == EINPROGRESS else {
            throw Failure(code: errno)
        }
    }

    deinit { close(descriptor) }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ descriptor: Int32, _ address: UInt32,
        _ port: UInt16
    ) -> Int32 {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = address.bigEndian
        return withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// Sends as much as the kernel takes; false when the server has closed.
    @discardableResult
    func send(_ bytes: some Sequence<UInt8>) -> Bool {
        let bytes = Array(bytes)
        let count = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        return count >= 0 || errno == EAGAIN || errno == ENOTCONN
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// What has arrived, nil when the server has closed.
    func received() -> [UInt8]? {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count > 0 {
                all += buffer[..<count]
            } else {
                return count == 0 || errno != EAGAIN && errno != ENOTCONN ? (all.isEmpty ? nil : all) : all
            }
        }
    }

    /// Whether the server has closed, without reading: the kernel tells of its end or of a reset.
    var isClosed: Bool { has(Self.readHangUp | Int32(POLLHUP) | Int32(POLLERR)) }
    /// POLLRDHUP, which Glibc's module lacks.
    private static let readHangUp: Int32 = 0x2000
    var isConnected: Bool { has(Int32(POLLOUT)) }
    /// Whether something has arrived that was not read.
    var hasBytes: Bool { has(Int32(POLLIN)) }

    private func has(_ events: Int32) -> Bool {
        var watch = pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: events), revents: 0)
        return poll(&watch, 1, 0) > 0 && Int32(watch.revents) & events != 0
    }
}

/// Waits for something that another thread brings about; false when it has not come in time.
func becomesTrue(within limit: Duration = .seconds(20), _ condition: () async -> Bool) async -> Bool {
    let end = ContinuousClock.now.advanced(by: limit)
    while ContinuousClock.now < end {
        if await condition() { return true }
        try? await Task.sleep(for: .milliseconds(20))
    }
    return false
}
