import MeshRules
import MeshWire
import NIOCore
import Synchronization

/// Admits connections for all addresses of one server, and counts them until they are gone.
final class Admission: Sendable {
    private struct State {
        var book: ConnectionBook
        var channels: [UInt64: any Channel] = [:]
        var last: UInt64 = 0
    }

    let limits: ConnectionLimits
    private let state: Mutex<State>

    init(_ limits: ConnectionLimits) {
        self.limits = limits
        state = Mutex(State(book: ConnectionBook(all: limits.all, ofSource: limits.ofSource)))
    }

    /// How many are open.
    var count: Int { state.withLock { $0.book.count } }

    /// The number of an admitted connection; nil for one that has to be closed: its source has too many, all places
    /// are taken by requests under way, or it has no address.
    func enter(_ channel: any Channel) -> UInt64? {
        guard let source = channel.remoteAddress.flatMap(IPAddress.init) else { return nil }
        let (id, verdict, replaced) = state.withLock { state in
            state.last += 1
            let verdict = state.book.enter(state.last, from: SourceBlock(source))
            if verdict != .refused { state.channels[state.last] = channel }
            guard case .replaces(let oldest) = verdict else { return (state.last, verdict, nil as (any Channel)?) }
            return (state.last, verdict, state.channels.removeValue(forKey: oldest))
        }
        replaced?.close(promise: nil)
        guard verdict != .refused else { return nil }
        channel.closeFuture.whenComplete { _ in self.leave(id) }
        return id
    }

    func setWaiting(_ id: UInt64, _ isWaiting: Bool) { state.withLock { $0.book.setWaiting(id, isWaiting) } }

    private func leave(_ id: UInt64) {
        state.withLock { state in
            state.book.leave(id)
            state.channels[id] = nil
        }
    }
}

extension IPAddress {
    /// From the bytes of a socket's address: an IPv4 client of a socket for both families is an IPv4 address.
    init?(_ address: SocketAddress) {
        let bytes = address.withSockAddr { pointer, size in Array(UnsafeRawBufferPointer(start: pointer, count: size)) }
        switch address {
        case .v4: self.init(v4: bytes.span.uint32(at: 4))  // family:2 port:2 address:4
        case .v6: self.init(bytes.span, at: 8)  // family:2 port:2 flow:4 address:16
        case .unixDomainSocket: return nil
        }
    }
}
