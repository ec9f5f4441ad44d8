import CLinux
import Glibc
package import MeshRules
package import MeshWire

/// Finds the addresses of the servers that a person gave by name. Names that can't be found are tried again later, and
/// nothing waits for them.
package struct ServerResolver: Sendable {
    /// Some names have no address now; the others are in use.
    package struct Unresolved: Error, Equatable, CustomStringConvertible {
        /// As they were given.
        package let names: [String]
        /// One line that ends with what to do.
        package var description: String {
            "no address for \(names.joined(separator: ", ")): check the name and this machine's DNS, it is tried again"
        }
    }

    /// Asks for the address of a name, which may take its time.
    package typealias LookUp = @Sendable (String) -> IPAddress?

    private let queue = BlockingQueue("meshtui.resolver")
    private let lookUp: LookUp

    /// It looks names up on a thread of its own.
    package init(lookUp: @escaping LookUp = Self.systemLookUp) { self.lookUp = lookUp }

    /// Each STUN server counts as an operator of its own (PROTOCOL.md §4).
    @concurrent
    package func resolve(
        stun: [String], relays: [RelayAddress]
    ) async -> (stun: [STUNServer], relays: [RelayInfo], missing: [String]) {
        var found: (stun: [STUNServer], relays: [RelayInfo], missing: [String]) = ([], [], [])
        for text in stun {
            guard let (host, port) = HostPort.split(text, defaultPort: 3478), let address = await address(of: host)
            else {
                found.missing.append(text)
                continue
            }
            found.stun.append(STUNServer(endpoint: Endpoint(address, port), operator: host))
        }
        for relay in relays {
            guard let address = await address(of: relay.host) else {
                found.missing.append(relay.host)
                continue
            }
            found.relays.append(RelayInfo(key: relay.key, endpoints: [Endpoint(address, relay.port)], region: ""))
        }
        return found
    }

    private func address(of host: String) async -> IPAddress? {
        if let address = IPAddress(host) { return address }
        guard !Task.isCancelled else { return nil }
        // A look-up without an answer takes its time and can't be stopped: whoever is cancelled goes on without it.
        let (found, tell) = AsyncStream<IPAddress?>.makeStream()
        let lookUp = lookUp
        queue.begin {
            tell.yield(lookUp(host))
            tell.finish()
        }
        for await address in found { return address }
        return nil
    }

    /// IPv4 only: WireGuard's port is shared over IPv4 for now.
    package static func systemLookUp(_ host: String) -> IPAddress? {
        var hints = addrinfo()
        hints.ai_family = AF_INET
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0, let first = list else { return nil }
        defer { freeaddrinfo(first) }
        return first.pointee.ai_addr.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
            IPAddress(v4: UInt32(bigEndian: $0.pointee.sin_addr.s_addr))
        }
    }
}
