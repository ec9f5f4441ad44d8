import CLinux
import Glibc
import Logging
import MeshWire

/// Receives, asks the rules, sends: in batches, on one thread of its own, without an allocation a packet.
final class PacketLoop {
    private static let second: Int64 = 1_000_000_000
    private static let reportEvery = 60 * second
    private static let wakeMark: Int32 = -1

    private var rules: RelayRules
    private let sockets: [RelaySocket]
    private let mailbox: RelayMailbox
    private let logger: Logger
    private let epoll: Int32
    private let received = ReceiveBatch()
    private let outgoing: [SendBatch]
    private let replies: UnsafeMutableBufferPointer<UInt8>
    private var reported = RelayCounters()
    private var nextReport = PacketLoop.now() + PacketLoop.reportEvery
    private var isStopping = false

    init(
        rules: RelayRules, sockets: [RelaySocket], mailbox: RelayMailbox, logger: Logger
    ) throws(RelayServerError) {
        (self.rules, self.sockets, self.mailbox, self.logger) = (rules, sockets, mailbox, logger)
        outgoing = sockets.map { _ in SendBatch() }
        replies = .allocate(capacity: ReceiveBatch.capacity * RelayRules.replySize)
        replies.initialize(repeating: 0)
        epoll = clinux_epoll_create()
        guard epoll >= 0 else { throw .system(operation: "opening", object: "an epoll", errno: errno) }
        try watch(mailbox.wake, Self.wakeMark)
        for (index, socket) in sockets.enumerated() { try watch(socket.descriptor, Int32(index)) }
    }

    deinit {
        if epoll >= 0 { close(epoll) }
        replies.deallocate()
    }

    private func watch(_ descriptor: Int32, _ mark: Int32) throws(RelayServerError) {
        guard clinux_epoll_add_readable(epoll, descriptor, mark) == 0 else {
            throw .system(operation: "watching", object: "descriptor \(descriptor)", errno: errno)
        }
    }

    /// Goes on until somebody asks it to stop. Blocks its thread.
    func run() throws(RelayServerError) {
        defer { mailbox.close(with: rules.counters) }
        for socket in sockets { logger.info("relay listens on \(socket.endpoint), key \(rules.publicKey)") }
        var ready = [clinux_ready](repeating: clinux_ready(), count: sockets.count + 1)
        while !isStopping {
            let due = min(rules.nextDeadline ?? .max, nextReport)
            let count = clinux_epoll_wait(epoll, &ready, Int32(ready.count), max(0, due - Self.now()))
            guard count >= 0 || errno == EINTR else {
                throw .system(operation: "waiting for", object: "datagrams", errno: errno)
            }
            for event in ready.prefix(Int(max(0, count))) {
                if event.data == Self.wakeMark { answerRequests() } else { try drain(Int(event.data)) }
            }
            passTime()
        }
    }

    private func drain(_ socket: Int) throws(RelayServerError) {
        let count = received.receive(from: sockets[socket].descriptor)
        guard count >= 0 else {
            // An ICMP error or an interface that went away: the call has cleared it.
            guard [EBADF, ENOTSOCK, EFAULT, EINVAL].contains(errno) else { return }
            throw .system(operation: "receiving on", object: "UDP \(sockets[socket].endpoint)", errno: errno)
        }
        let now = Self.now()
        for slot in 0..<count { route(slot, socket, now) }
        for index in sockets.indices where outgoing[index].count > 0 {
            rules.note(.unsent, count: outgoing[index].flush(to: sockets[index].descriptor))
        }
    }

    private func route(_ slot: Int, _ socket: Int, _ now: Int64) {
        guard !received.isCut(slot) else { return rules.note(.long) }
        let (datagram, source) = (received.datagram(slot), received.source(slot))
        let way = LocalWay(socket: socket, address: received.localAddress(slot))
        let reply = UnsafeMutableBufferPointer(
            rebasing: replies[slot * RelayRules.replySize..<(slot + 1) * RelayRules.replySize])
        var space = reply.mutableSpan
        let verdict = rules.handle(
            datagram.span, from: source, way: way.mark, now: now, reply: &space)
        let taken =
            switch verdict {
            case .drop: true
            case .forward(let destination, let mark, let control):
                send(datagram, to: destination, by: LocalWay(mark: mark), control: control)
            case .reply(let length):
                send(UnsafeBufferPointer(rebasing: reply[..<length]), to: source, by: way, control: true)
            }
        if !taken { rules.note(.unsent) }
    }

    private func send(
        _ bytes: UnsafeBufferPointer<UInt8>, to destination: Endpoint, by way: LocalWay, control: Bool
    ) -> Bool {
        outgoing[way.socket].add(bytes, to: destination, from: way.address, control: control)
    }

    private func answerRequests() {
        for request in mailbox.take() {
            switch request {
            case .trust(let issuers): rules.setTrust(issuers)
            case .issuerTime(let time, let issuer): rules.setTime(time, of: issuer, now: Self.now())
            case .drain: rules.draining = true
            case .report(let continuation): continuation.resume(returning: rules.counters)
            case .stop: isStopping = true
            }
        }
    }

    private func passTime() {
        let now = Self.now()
        if let deadline = rules.nextDeadline, deadline <= now { rules.expire(now: now) }
        guard now >= nextReport else { return }
        nextReport = now + Self.reportEvery
        guard rules.counters != reported else { return }
        reported = rules.counters
        logger.info("\(reported)")
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * second + Int64(time.tv_nsec)
    }
}
