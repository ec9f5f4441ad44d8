import CLinux
import Glibc
import MeshWire
import Synchronization

/// What other threads ask of the packet loop. Each request wakes it.
final class RelayMailbox: Sendable {
    enum Request: Sendable {
        case trust([PublicKey])
        case issuerTime(UInt64, of: PublicKey)
        case drain
        case report(CheckedContinuation<RelayCounters, Never>)
        case stop
    }
    private struct State {
        var requests: [Request] = []
        /// Set once the loop has ended; nobody answers after that.
        var last: RelayCounters?
    }

    /// Readable while there are requests.
    let wake: Int32
    private let state = Mutex(State())

    init() throws(RelayServerError) {
        wake = clinux_eventfd()
        guard wake >= 0 else { throw .system(operation: "opening", object: "an eventfd", errno: errno) }
    }

    deinit { Glibc.close(wake) }

    /// Hands a request over.
    ///
    /// - Returns: the last counters when the loop has ended and won't see it.
    @discardableResult
    func post(_ request: Request) -> RelayCounters? {
        let last = state.withLock { state in
            if state.last == nil { state.requests.append(request) }
            return state.last
        }
        guard last == nil else { return last }
        var one: UInt64 = 1
        _ = write(wake, &one, MemoryLayout<UInt64>.size)
        return nil
    }

    /// Takes all requests.
    func take() -> [Request] {
        var count: UInt64 = 0
        _ = read(wake, &count, MemoryLayout<UInt64>.size)
        return state.withLock { state in
            defer { state.requests = [] }
            return state.requests
        }
    }

    /// Says that the loop has ended, and with what; answers those who still wait.
    func close(with counters: RelayCounters) {
        let waiting = state.withLock { state in
            state.last = counters
            defer { state.requests = [] }
            return state.requests
        }
        for case .report(let continuation) in waiting { continuation.resume(returning: counters) }
    }
}
