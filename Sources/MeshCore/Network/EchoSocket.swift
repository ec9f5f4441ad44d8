internal import CLinux
internal import Glibc
internal import MeshWire
internal import Synchronization

/// Measures round trips through the tunnel with ICMP echo, many at a time, without starting `ping`.
final class EchoSocket: PacketSource {
    private struct Waiting {
        var to: IPAddress
        var sent: ContinuousClock.Instant
        var continuation: CheckedContinuation<Duration?, Never>
    }

    private struct State {
        var next: UInt16 = 0
        var waiting: [UInt16: Waiting] = [:]
    }

    private let socket: Descriptor
    private let identifier: UInt16
    private let state = Mutex(State())

    /// `identifier` tells this node's echoes from those of other programs on the machine.
    init(identifier: UInt16) throws(NetworkProblem) {
        socket = try Descriptor(clinux_raw_ipv4_socket(Int32(IPPROTO_ICMP), 64), "opening the ICMP socket")
        self.identifier = identifier
        try PacketFilter.echoReplies(identifier: identifier).attach(to: socket.number)
    }

    var descriptor: Int32 { socket.number }

    func received(_ bytes: Span<UInt8>, from sender: Span<UInt8>) {
        guard let (message, from) = EchoMessage.reply(in: bytes), message.identifier == identifier else { return }
        let now = ContinuousClock.now
        let answered = state.withLock { state -> Waiting? in
            guard state.waiting[message.sequence]?.to == from else { return nil }
            return state.waiting.removeValue(forKey: message.sequence)
        }
        if let answered { answered.continuation.resume(returning: now - answered.sent) }
    }

    /// Nil when no answer came within `timeout`, when the task was cancelled, or when there is no way there.
    func measure(to destination: IPAddress, timeout: Duration) async -> Duration? {
        guard let address = destination.v4, let sequence = reserve() else { return nil }
        return await withTaskGroup(of: Duration?.self) { group in
            group.addTask { await self.answer(to: sequence, destination, address) }
            group.addTask {
                try? await Task.sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    /// Until it comes, or until cancelled.
    private func answer(to sequence: UInt16, _ destination: IPAddress, _ address: UInt32) async -> Duration? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { send(sequence, to: destination, address, $0) }
        } onCancel: {
            giveUp(sequence)
        }
    }

    /// Ends every measurement that is still waiting.
    func close() {
        let waiting = state.withLock { state in
            defer { state.waiting.removeAll() }
            return state.waiting.values.map(\.continuation)
        }
        for continuation in waiting { continuation.resume(returning: nil) }
    }

    /// Nil when 65,536 are in flight.
    private func reserve() -> UInt16? {
        state.withLock { state in
            for _ in 0...UInt16.max {
                state.next &+= 1
                if state.waiting[state.next] == nil { return state.next }
            }
            return nil
        }
    }

    private func send(
        _ sequence: UInt16, to destination: IPAddress, _ address: UInt32,
        _ continuation: CheckedContinuation<Duration?, Never>
    ) {
        state.withLock {
            $0.waiting[sequence] = Waiting(to: destination, sent: .now, continuation: continuation)
        }
        let packet = EchoMessage(identifier: identifier, sequence: sequence).request()
        // Looked at after it is registered: a cancellation from now on finds it, one from before is seen here.
        if Task.isCancelled || clinux_send_ipv4(socket.number, packet, packet.count, 0, address) < 0 {
            giveUp(sequence)
        }
    }

    private func giveUp(_ sequence: UInt16) {
        let waiting = state.withLock { $0.waiting.removeValue(forKey: sequence) }
        waiting?.continuation.resume(returning: nil)
    }
}
