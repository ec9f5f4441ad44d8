import Glibc
import NIOCore

/// The process's file descriptors, which connections may not use up: files, children and timers of the same process need
/// some too, and libdispatch traps when it can't have one.
enum Descriptors {
    /// Kept from connections for everything else in the process.
    static let reserve = 128
    /// Wanted when the system allows it.
    static let wanted: UInt64 = 65_536

    /// Raises the soft limit as far as wanted and allowed.
    ///
    /// - Returns: how many connections fit besides the reserve, at least eight.
    static func raise() -> Int {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 8 }
        let target = min(limit.rlim_max, UInt(wanted))
        if limit.rlim_cur < target {
            let raised = rlimit(rlim_cur: target, rlim_max: limit.rlim_max)
            if withUnsafePointer(to: raised, { setrlimit(resource, $0) }) == 0 { limit = raised }
        }
        return max(8, Int(clamping: limit.rlim_cur) - reserve)
    }
}

/// The socket on which a server listens.
enum ListeningSocket {
    /// Bytes that the kernel keeps for one connection, each way, before the other end has read them: its own default
    /// grows to 4 MiB, and a client that never reads would hold that.
    private static let buffer = 65_536

    /// Sets what accepted connections inherit, and what happens when none can be accepted.
    static func prepare(_ channel: any Channel, limits: ConnectionLimits) async {
        let patience = Int(limits.write / .milliseconds(1))
        _ = try? await channel.eventLoop.submit {
            let options = channel.syncOptions
            try options?.setOption(.socketOption(.so_sndbuf), value: .init(buffer))
            try options?.setOption(.socketOption(.so_rcvbuf), value: .init(buffer))
            // A client that is gone without a word, or never reads, acknowledges nothing (RFC 5482).
            try options?.setOption(.tcpOption(.init(rawValue: TCP_USER_TIMEOUT)), value: .init(patience))
            try channel.pipeline.syncOperations.addHandler(AcceptPause(), position: .first)
        }.get()
    }
}

/// Stops accepting for a second when the system has no descriptor or memory for another connection. NIO's own back-off
/// leaves the listening socket armed and is woken again at once, for as long as somebody waits to be accepted.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let pause: TimeAmount = .seconds(1)
    private var isPaused = false

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is IOError else { return context.fireErrorCaught(error) }
        guard !isPaused else { return }
        isPaused = true
        let bound = NIOLoopBound((handler: self, channel: context.channel), eventLoop: context.eventLoop)
        Self.setAccepting(context.channel, false)
        context.eventLoop.scheduleTask(in: Self.pause) {
            bound.value.handler.isPaused = false
            Self.setAccepting(bound.value.channel, true)
        }
    }

    private static func setAccepting(_ channel: any Channel, _ isAccepting: Bool) {
        try? channel.syncOptions?.setOption(.autoRead, value: isAccepting)
    }
}
