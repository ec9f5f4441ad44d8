internal import CLinux
internal import Glibc

/// The one thread that waits for packets, so that none of them costs a hop between executors before it is looked at.
/// It holds its sources until it is released.
final class PacketThread: Sendable {
    private let loop: PacketLoop
    private let thread: pthread_t

    init(_ sources: [any PacketSource]) throws(NetworkProblem) {
        let loop = PacketLoop(sources, wake: try Descriptor(clinux_eventfd(), "eventfd"))
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

    /// Larger than any datagram and than what the kernel packs into one netlink read.
    private static let bufferSize = 65_536
    /// Reads of one source in a row, so that a flood on one does not starve the others.
    private static let burst = 64
    /// `struct sockaddr_in6` has 28 bytes, the others that come are shorter.
    private static let senderSize = 32

    init(_ sources: [any PacketSource], wake: consuming Descriptor) {
        self.sources = sources
        self.wake = wake
    }

    func stop() {
        var one: UInt64 = 1
        _ = write(wake.number, &one, 8)
    }

    func run() {
        var polled = sources.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        polled.append(pollfd(fd: wake.number, events: Int16(POLLIN), revents: 0))
        var buffer = [UInt8](repeating: 0, count: Self.bufferSize)
        while true {
            guard poll(&polled, nfds_t(polled.count), -1) > 0 else {
                if errno == EINTR { continue }
                return
            }
            if polled[sources.count].revents != 0 { return }
            for index in sources.indices where polled[index].revents != 0 {
                if !drain(sources[index], &buffer) { polled[index].fd = -1 }
            }
        }
    }

    /// False when the socket is beyond use.
    private func drain(_ source: any PacketSource, _ buffer: inout [UInt8]) -> Bool {
        var sender = [UInt8](repeating: 0, count: Self.senderSize)
        for _ in 0..<Self.burst {
            var length = socklen_t(sender.count)
            let count = receive(source.descriptor, &buffer, &sender, &length)
            if count < 0 { return errno != EBADF && errno != ENOTSOCK }
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
