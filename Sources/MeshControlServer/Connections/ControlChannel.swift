import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// A control server's connection: what stands between the socket and the routes, from the outside in.
///
/// 1. `Admission` counts it, or it is closed before anything is read.
/// 2. `ConnectionGuard` ends it when its client does nothing in time.
/// 3. (TLS belongs here: its handshake then counts towards the time of the first head.)
/// 4. HTTP/1.1, and from here on Hummingbird's own.
struct ControlChannel: ServerChildChannel {
    private let admission: Admission
    private let http: HTTP1Channel

    init(admission: Admission, responder: @escaping HTTPChannelHandler.Responder) {
        self.admission = admission
        http = HTTP1Channel { request, writer, channel in
            channel.triggerUserOutboundEvent(RequestProgress.headRead, promise: nil)
            defer { channel.triggerUserOutboundEvent(RequestProgress.answered, promise: nil) }
            try await responder(request, writer, channel)
        }
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        guard let id = admission.enter(channel) else {
            channel.close(promise: nil)
            return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
        }
        do {
            try channel.pipeline.syncOperations.addHandler(ConnectionGuard(id, of: admission))
        } catch {
            channel.close(promise: nil)
            return channel.eventLoop.makeFailedFuture(error)
        }
        return http.setup(channel: channel, logger: logger)
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async { await http.handle(value: value, logger: logger) }
}

/// What the HTTP layer tells `ConnectionGuard` of a request.
enum RequestProgress { case headRead, answered }

/// Watches the bytes of one connection and closes it when its client lets a limit pass (`ConnectionDeadlines`).
final class ConnectionGuard: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private let id: UInt64
    private let admission: Admission
    private var deadlines: ConnectionDeadlines
    private var written: UInt64 = 0
    private var timer: Scheduled<Void>?
    private var timerEnd: ContinuousClock.Instant?
    /// Between two looks at whether bytes that wait have moved.
    private static let look: Duration = .seconds(1)

    init(_ id: UInt64, of admission: Admission) {
        (self.id, self.admission) = (id, admission)
        deadlines = ConnectionDeadlines(limits: admission.limits, now: .now)
    }

    func handlerAdded(context: ChannelHandlerContext) { arm(context) }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        note(context) { $0.received(now: .now) }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        written += UInt64(unwrapOutboundIn(data).readableBytes)
        note(context) { $0.answerBegun(now: .now) }
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        context.flush()
        look(context)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        switch event as? RequestProgress {
        case .headRead: note(context) { $0.headRead(now: .now) }
        case .answered: note(context) { $0.answered(now: .now) }
        case nil: return context.triggerUserOutboundEvent(event, promise: promise)
        }
        promise?.succeed()
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if mode == .output { note(context) { $0.outputClosed(now: .now) } }
        context.close(mode: mode, promise: promise)
    }

    private func note(_ context: ChannelHandlerContext, _ change: (inout ConnectionDeadlines) -> Void) {
        let wasWaiting = deadlines.isWaiting
        change(&deadlines)
        if deadlines.isWaiting != wasWaiting { admission.setWaiting(id, deadlines.isWaiting) }
        arm(context)
    }

    /// Compares what was written with what still waits in front of the kernel.
    private func look(_ context: ChannelHandlerContext) {
        let waiting = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        deadlines.wrote(sent: written - min(written, UInt64(waiting)), waiting: waiting > 0, now: .now)
        isStuck = waiting > 0
        arm(context)
    }

    /// Bytes wait that the kernel has not taken.
    private var isStuck = false

    /// Sets the timer when none ends as early. One that ends too early sets itself again, so that a busy connection does
    /// not move its timer with every byte.
    private func arm(_ context: ChannelHandlerContext) {
        let looks = isStuck ? ContinuousClock.now.advanced(by: Self.look) : nil
        guard let end = [deadlines.deadline, looks].compactMap(\.self).min() else { return }
        if let timerEnd, timerEnd <= end { return }
        timer?.cancel()
        timerEnd = end
        let bound = NIOLoopBound((guard: self, context: context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: .init(ContinuousClock.now.duration(to: end))) {
            bound.value.guard.timedOut(bound.value.context)
        }
    }

    private func timedOut(_ context: ChannelHandlerContext) {
        (timer, timerEnd) = (nil, nil)
        if isStuck { look(context) }
        guard let deadline = deadlines.deadline, deadline <= .now else { return arm(context) }
        context.close(promise: nil)
    }
}
