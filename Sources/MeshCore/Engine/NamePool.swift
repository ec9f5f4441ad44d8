import CLinux
internal import Dispatch
import Glibc
package import MeshWire
import Synchronization

/// Asks the system for the addresses of names. `getaddrinfo` can't be stopped and may take half a minute, so it has a few
/// threads of its own: names are asked for side by side, one that is under way is not asked for twice, and a dead name
/// server costs no more threads than there are.
package final class NamePool: Sendable {
    /// For the whole process.
    package static let shared = NamePool()
    /// More than a node has names. Beyond them the next name waits for a thread.
    static let threads = 8

    package typealias LookUp = @Sendable (String) -> [IPAddress]
    package typealias Answer = @Sendable ([IPAddress]) -> Void

    private struct State {
        var waiting: [String] = []
        var askers: [String: [Answer]] = [:]
        var threads = 0
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "meshtui.names", attributes: .concurrent)
    private let lookUp: LookUp

    /// Tests give a look-up of their own.
    package init(lookUp: @escaping LookUp = NamePool.systemLookUp) { self.lookUp = lookUp }

    /// Calls `answer` once, on another thread: with the addresses in the system's order, or with none.
    package func ask(_ name: String, _ answer: @escaping Answer) {
        let needsThread = state.withLock { state in
            state.askers[name, default: []].append(answer)
            guard state.askers[name]?.count == 1 else { return false }
            state.waiting.append(name)
            guard state.threads < Self.threads else { return false }
            state.threads += 1
            return true
        }
        if needsThread { queue.async { self.work() } }
    }

    /// The addresses of a name, or none when there are none within the time.
    package func addresses(of name: String, within patience: Duration) async -> [IPAddress] {
        let (found, tell) = AsyncStream<[IPAddress]>.makeStream()
        ask(name) { addresses in
            tell.yield(addresses)
            tell.finish()
        }
        return await withTaskGroup(of: [IPAddress].self) { group in
            group.addTask {
                for await addresses in found { return addresses }
                return []
            }
            group.addTask {
                try? await Task.sleep(for: patience)
                return []
            }
            defer { group.cancelAll() }
            return await group.next() ?? []
        }
    }

    private func work() {
        while let name = next() {
            let addresses = lookUp(name)
            for answer in state.withLock({ $0.askers.removeValue(forKey: name) }) ?? [] { answer(addresses) }
        }
    }

    private func next() -> String? {
        state.withLock { state in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.threads -= 1
            return nil
        }
    }

    /// Both families, in the system's order of preference.
    package static let systemLookUp: LookUp = { name in
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [IPAddress] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ai_next
            if let address = address(entry), !found.contains(address) { found.append(address) }
        }
        return found
    }

    private static func address(_ entry: addrinfo) -> IPAddress? {
        switch entry.ai_family {
        case AF_INET:
            entry.ai_addr.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                IPAddress(v4: UInt32(bigEndian: $0.pointee.sin_addr.s_addr))
            }
        case AF_INET6:
            entry.ai_addr.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                withUnsafeBytes(of: pointer.pointee.sin6_addr) { bytes in
                    IPAddress(
                        high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                        low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
                }
            }
        default: nil
        }
    }
}
