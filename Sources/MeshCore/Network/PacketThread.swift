internal import CLinux
internal import Glibc
internal import MeshRules

/// The one thread that waits for packets, so that none of them costs a hop between executors before it is looked at.
/// It holds its sources until it is released.
final class PacketThread: Sendable {
    private let loop: PacketLoop
    private let thread: pthread_t

    /// `problem` hears, on the thread, of a source that is beyond use and of a thread that can't wait.
    init(
        _ sources: [any PacketSource], problem: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(NetworkProblem) {
        let loop = PacketLoop(sources, wake: try Descriptor(clinux_eventfd(), "eventfd"), problem)
        let retained = Unmanaged.passRetained(loop)
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<PacketLoop>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, retained.toOpaque())
        guard failure == 0 else {
            retained.release()
            throw .socket("starting the packet thread", SystemError(failure))
        }
        (self.loop, self.thread) = (loop, thread)
    }

    deinit {
        loop.stop()
        pthread_join(thread, nil)
    }
}

/// What the thread runs.
private final class PacketLoop: Sendable {
    private let sources: [any PacketSource]
    private let wake: Descriptor
    private let problem: @Sendable (String) -> Void

    /// Larger than any datagram and than what the kernel packs into one netlink read.
    private static let bufferSize = 65_536
    /// Reads of one source in a row, so that a flood on one does not starve the others.
    private static let burst = 64
    /// The same for a source that rests afterwards.
    private static let deepBurst = 1_024
    /// Before the next try when the kernel refuses to let us wait (it has no memory, say).
    private static let pause: UInt32 = 100_000
    /// `struct sockaddr_in6` has 28 bytes, the others that come are shorter.
    private static let senderSize = 32

    init(_ sources: [any PacketSource], wake: consuming Descriptor, _ problem: @escaping @Sendable (String) -> Void) {
        self.sources = sources
        self.wake = wake
        self.problem = problem
    }

    func stop() {
        var one: UInt64 = 1
        _ = write(wake.number, &one, 8)
    }

    func run() {
        var polled = sources.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        polled.append(pollfd(fd: wake.number, events: Int16(POLLIN), revents: 0))
        var buffer = [UInt8](repeating: 0, count: Self.bufferSize)
        /// When a source that rests is looked at again.
        var resting = [ContinuousClock.Instant?](repeating: nil, count: sources.count)
        var isRefused = false
        while true {
            guard poll(&polled, nfds_t(polled.count), patience(resting)) >= 0 else {
                if errno == EINTR { continue }
                if !isRefused { problem("the packets can't be waited for (\(SystemError.last))") }
                isRefused = true
                usleep(Self.pause)
                continue
            }
            isRefused = false
            if polled[sources.count].revents != 0 { return }
            let now = ContinuousClock.now
            for index in sources.indices {
                if let due = resting[index], due <= now {
                    (resting[index], polled[index].fd) = (nil, sources[index].descriptor)
                }
                guard polled[index].revents != 0, polled[index].fd >= 0 else { continue }
                if !drain(sources[index], &buffer) {
                    polled[index].fd = -1
                    problem("a socket of this node is gone (\(SystemError.last))")
                } else if sources[index].rest > .zero {
                    (resting[index], polled[index].fd) = (now + sources[index].rest, -1)
                }
            }
        }
    }

    /// For `poll`, in milliseconds: -1 when no source rests.
    private func patience(_ resting: [ContinuousClock.Instant?]) -> Int32 {
        guard let due = resting.compactMap(\.self).min() else { return -1 }
        // Rounded up: a wait that ends too soon is one more turn.
        return Int32(clamping: max(0, (due - .now).nanoseconds / 1_000_000 + 1))
    }

    /// False when the socket is beyond use.
    private func drain(_ source: any PacketSource, _ buffer: inout [UInt8]) -> Bool {
        defer { source.drained() }
        var sender = [UInt8](repeating: 0, count: Self.senderSize)
        // A source that rests is emptied, or it would be readable for ever.
        for _ in 0..<(source.rest > .zero ? Self.deepBurst : Self.burst) {
            var length = socklen_t(sender.count)
            let count = receive(source.descriptor, &buffer, &sender, &length)
            if count < 0 {
                // A netlink socket that could not keep everything says so once.
                if errno == ENOBUFS { continue }
                return errno != EBADF && errno != ENOTSOCK
            }
            source.received(
                buffer.span.extracting(0..<count), from: sender.span.extracting(0..<min(Int(length), sender.count)))
        }
        return true
    }

    private func receive(
        _ socket: Int32, _ buffer: inout [UInt8], _ sender: inout [UInt8], _ length: inout socklen_t
    ) -> Int {
        sender.withUnsafeMutableBytes { sender in
            recvfrom(
                socket, &buffer, Self.bufferSize, Int32(MSG_DONTWAIT),
                sender.assumingMemoryBound(to: sockaddr.self).baseAddress,
                &length)
        }
    }
}
