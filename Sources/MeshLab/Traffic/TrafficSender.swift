import CLinux
import Glibc

/// Sends numbered datagrams at an even pace from the calling thread.
struct TrafficSender {
    let address: IPv4
    let port: UInt16
    /// Packets a second.
    let rate: Double
    let duration: Duration
    /// Bytes of UDP payload.
    let size: Int

    private static let batch = 64
    private static let farewells = 10

    /// Sends until the time is over or `isAskedToEnd`. A packet that the kernel refuses counts as sent: it is lost, which is
    /// what is measured.
    func run(isAskedToEnd: () -> Bool) throws(LabProblem) -> TrafficSent {
        let socket = try connectedSocket()
        let batch = DatagramBatch(capacity: TrafficSender.batch, slotSize: size)
        let begin = MonotonicClock.now
        let total = Int(duration.seconds * rate)
        var sent = 0
        var latest: UInt64 = 0
        while sent < total, !isAskedToEnd() {
            let now = MonotonicClock.now
            let due = min(total, Int(Double(now - begin) / 1e9 * rate) + 1)
            guard due > sent else {
                MonotonicClock.wait(until: begin + UInt64(Double(sent) / rate * 1e9))
                continue
            }
            let wanted = begin + UInt64(Double(sent) / rate * 1e9)
            latest = max(latest, now > wanted ? now - wanted : 0)
            let count = min(due - sent, TrafficSender.batch)
            for index in 0..<count {
                TrafficPacket(kind: .numbered, number: UInt64(sent + index), sentAt: now).write(to: batch.slot(index))
            }
            sent += max(1, batch.send(count, on: socket.number))
        }
        for _ in 0..<TrafficSender.farewells {
            TrafficPacket(kind: .end, number: UInt64(sent), sentAt: MonotonicClock.now).write(to: batch.slot(0))
            _ = batch.send(1, on: socket.number)
            MonotonicClock.wait(until: MonotonicClock.now + 20_000_000)
        }
        return TrafficSent(sent: sent, latestMs: Double(latest) / 1e6)
    }

    private func connectedSocket() throws(LabProblem) -> Descriptor {
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let socket = try Descriptor(socket(AF_INET, kind, 0), from: "socket", on: "UDP")
        var target = sockaddr_in.make(address, port)
        let result = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw .systemCall("connect", object: "\(address):\(port)", errno: errno) }
        return socket
    }
}

/// A sender's result.
struct TrafficSent: Codable, Equatable {
    let sent: Int
    /// How late the latest packet left: a silence at the other end that is as short may be the sender's own.
    let latestMs: Double
}

extension Duration {
    var seconds: Double { Double(nanoseconds) / 1e9 }
}

extension sockaddr_in {
    static func make(_ address: IPv4, _ port: UInt16) -> sockaddr_in {
        var result = sockaddr_in()
        result.sin_family = sa_family_t(AF_INET)
        result.sin_port = port.bigEndian
        result.sin_addr.s_addr = address.value.bigEndian
        return result
    }
}
