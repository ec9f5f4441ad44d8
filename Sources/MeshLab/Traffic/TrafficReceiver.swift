import CLinux
import Glibc

/// Counts the numbered datagrams that reach a port.
struct TrafficReceiver {
    let port: UInt16
    /// How long to listen at most.
    let duration: Duration

    /// After the sender's farewell late packets still count for so long.
    private static let grace: UInt64 = 500_000_000
    private static let batch = 64

    func run() throws(LabProblem) -> TrafficReport {
        let socket = try boundSocket()
        let batch = DatagramBatch(capacity: TrafficReceiver.batch, slotSize: 2048)
        var tally = TrafficTally()
        var deadline = MonotonicClock.now + duration.nanoseconds
        while true {
            let now = MonotonicClock.now
            guard now < deadline else { return tally.report }
            var entry = pollfd(fd: socket.number, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, Int32((deadline - now) / 1_000_000) + 1) > 0 else { continue }
            let count = batch.receive(on: socket.number)
            let arrival = MonotonicClock.now
            for index in 0..<max(0, count) {
                guard let packet = TrafficPacket(batch.received(index)) else { continue }
                switch packet.kind {
                case .numbered: tally.arrived(number: Int(packet.number), sentAt: packet.sentAt, now: arrival)
                case .end:
                    if !tally.hasEnded { deadline = min(deadline, arrival + TrafficReceiver.grace) }
                    tally.ended(sent: Int(packet.number), now: arrival)
                }
            }
        }
    }

    private func boundSocket() throws(LabProblem) -> Descriptor {
        let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let socket = try Descriptor(socket(AF_INET, kind, 0), from: "socket", on: "UDP")
        var room: Int32 = 16 << 20
        let size = socklen_t(MemoryLayout<Int32>.size)
        // What waits here has come through: room for seconds of it, beyond the machine's usual limit where that is allowed.
        if setsockopt(socket.number, SOL_SOCKET, SO_RCVBUFFORCE, &room, size) != 0 {
            setsockopt(socket.number, SOL_SOCKET, SO_RCVBUF, &room, size)
        }
        var own = sockaddr_in.make(IPv4(0, 0, 0, 0), port)
        let result = withUnsafePointer(to: &own) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw .systemCall("bind", object: "UDP port \(port)", errno: errno) }
        return socket
    }
}
