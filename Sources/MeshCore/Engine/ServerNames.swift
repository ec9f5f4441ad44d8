import CLinux
import Glibc
package import MeshRules
package import MeshWire

/// The addresses of the STUN servers and relays that a person gave, literally or by name. `NameLookUps` decides when a
/// name is looked up; here it is asked for, and what counts is told whenever that changes.
package actor ServerNames {
    /// What counts now. Each STUN server counts as an operator of its own (PROTOCOL.md §4).
    package struct Known: Equatable, Sendable {
        /// In the order in which they were given; those without an address are left out.
        package var stun: [STUNServer] = []
        package var relays: [RelayInfo] = []
        /// Names that have no address now.
        package var missing: [String] = []
    }

    /// Some names have no address now; the others are in use.
    package struct Unresolved: Equatable, CustomStringConvertible {
        /// As they were given.
        package let names: [String]
        /// One line that ends with what to do.
        package var description: String {
            "no address for \(names.joined(separator: ", ")): check the name and this machine's DNS, it is tried again"
        }
    }

    /// Between two looks at which servers are silent.
    private static let watching: Duration = .seconds(5)

    private let stun: [(host: String, port: UInt16)]
    private let relays: [RelayAddress]
    private let pool: NamePool
    private let began = ContinuousClock.now
    private let timer = DeadlineTimer()
    private nonisolated let answers: AsyncStream<(name: String, addresses: [IPAddress])>
    private nonisolated let answer: AsyncStream<(name: String, addresses: [IPAddress])>.Continuation
    private var lookUps = NameLookUps()

    /// - Parameter stun: `HOST:PORT`; the port is 3478 when it is left out.
    package init(stun: [String], relays: [RelayAddress], pool: NamePool = .shared) {
        self.stun = stun.compactMap { HostPort.split($0, defaultPort: 3_478) }
        (self.relays, self.pool) = (relays, pool)
        (answers, answer) = AsyncStream.makeStream()
        lookUps.want((self.stun.map(\.host) + relays.map(\.host)).filter { IPAddress($0) == nil }, at: Instant())
        timer.set(lookUps.deadline == nil ? nil : began)
    }

    /// Literal addresses from the start, names as they are found.
    package var known: Known {
        var known = Known(missing: lookUps.missing)
        for server in stun {
            guard let address = address(of: server.host) else { continue }
            known.stun.append(STUNServer(endpoint: Endpoint(address, server.port), operator: server.host))
        }
        for relay in relays {
            guard let address = address(of: relay.host) else { continue }
            known.relays.append(RelayInfo(key: relay.key, endpoints: [Endpoint(address, relay.port)], region: ""))
        }
        return known
    }

    /// The jobs that look names up, until they are cancelled.
    /// - Parameters:
    ///   - silent: which servers do not answer now.
    ///   - tell: hears what counts whenever that has changed.
    package nonisolated func jobs(
        silent: @escaping @concurrent @Sendable () async -> [Endpoint],
        tell: @escaping @concurrent @Sendable (Known) async -> Void
    ) -> [TaskJob] {
        [
            TaskJob("names") {
                await self.timer.run { await self.lookUp(silent: await silent().map(\.address), tell) }
            },
            TaskJob("addresses of names") {
                for await (name, addresses) in self.answers { await self.take(name, addresses, tell) }
            },
        ]
    }

    private func lookUp(silent: [IPAddress], _ tell: @concurrent @Sendable (Known) async -> Void) async {
        let missing = lookUps.missing
        lookUps.heard(silent: silent, at: now)
        for name in lookUps.begin(at: now) {
            pool.ask(name) { [answer] in answer.yield((name, $0.filter { $0.v4 != nil })) }
        }
        // Without a deadline every look-up is under way, and its answer comes by itself.
        let next = now + Self.watching
        timer.set(began + .nanoseconds(min(lookUps.deadline ?? next, next).nanoseconds))
        if lookUps.missing != missing { await tell(known) }
    }

    private func take(
        _ name: String, _ addresses: [IPAddress], _ tell: @concurrent @Sendable (Known) async -> Void
    ) async {
        let missing = lookUps.missing
        guard lookUps.answered(name, addresses, at: now) || lookUps.missing != missing else { return }
        await tell(known)
    }

    private func address(of host: String) -> IPAddress? { IPAddress(host) ?? lookUps.address(of: host) }

    private var now: Instant { Instant(nanoseconds: (ContinuousClock.now - began).nanoseconds) }
}
