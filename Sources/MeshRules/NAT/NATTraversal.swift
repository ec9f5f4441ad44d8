package import MeshWire

/// Finds out how the NAT before this machine behaves (RFC 4787, RFC 8489): binding requests to several servers at once
/// over WireGuard's own port. Hosting and joining never wait for it.
package struct NATTraversal: Sendable {
    /// Between two rounds: the mapping is kept open and a change of it is noticed.
    static let refresh: Duration = .seconds(25)

    /// What is known at this moment.
    package private(set) var status = NATStatus()
    private var servers: [STUNServer] = []
    private var network = LocalNetwork(addresses: [], listenPort: 0)
    private var queries: [STUNQuery] = []
    private var answers: [Answer] = []
    private var nextRound: Instant?
    /// Servers that said nothing during the last whole round.
    private var silentServers: [Endpoint] = []

    /// What one server saw.
    struct Answer: Equatable, Sendable {
        var server: STUNServer
        var mapped: Endpoint
    }

    /// Nothing is known, and nobody is asked.
    package init() {}

    /// Sorted and without repetition; a round begins at once when there is something new.
    package mutating func serversChanged(_ newer: [STUNServer], _ step: inout Step) {
        var unique: [STUNServer] = []
        for server in newer where !unique.contains(where: { $0.endpoint == server.endpoint }) { unique.append(server) }
        unique.sort { $0.endpoint < $1.endpoint }
        guard unique != servers else { return }
        servers = unique
        answers.removeAll { answer in !unique.contains(answer.server) }
        detectNAT(&step)
    }

    /// A port that changed, or an address that is gone, makes all that was known doubtful; one more address does not.
    package mutating func networkChanged(_ newer: LocalNetwork, _ step: inout Step) {
        guard newer != network else { return }
        if newer.listenPort != network.listenPort || !network.addresses.allSatisfy(newer.addresses.contains) {
            answers = []
        }
        network = newer
        detectNAT(&step)
    }

    /// Asks every server once more.
    package mutating func detectNAT(_ step: inout Step) {
        nextRound = nil
        guard network.listenPort != 0 else { return }
        queries = servers.map { STUNQuery(server: $0, &step) }
        nextRound = servers.isEmpty ? nil : step.now + Self.refresh
    }

    /// Whether a STUN datagram answers a query of ours; nothing changes because of any other.
    package func awaits(_ datagram: Span<UInt8>, from source: Endpoint) -> Bool {
        guard let message = try? STUNMessage.decode(datagram) else { return false }
        return queries.contains { $0.transaction == message.transaction && $0.server.endpoint == source }
    }

    /// Whether this server has said nothing during the last whole round, and since.
    func isSilent(_ server: Endpoint) -> Bool { silentServers.contains(server) }

    /// A STUN datagram arrived.
    /// - Returns: Whether what is known of the NAT has changed.
    package mutating func received(_ datagram: Span<UInt8>, from source: Endpoint, _ step: inout Step) -> Bool {
        guard let message = try? STUNMessage.decode(datagram), message.messageClass == .success,
            let index = queries.firstIndex(where: {
                $0.transaction == message.transaction && $0.server.endpoint == source
            }),
            let mapped = message.reflexive, mapped.address.isReachable, mapped.port != 0
        else { return false }
        let server = queries.remove(at: index).server
        silentServers.removeAll { $0 == server.endpoint }
        answers.removeAll { $0.server.endpoint == server.endpoint }
        answers.append(Answer(server: server, mapped: mapped))
        answers.sort { $0.server.endpoint < $1.server.endpoint }
        return classify(&step)
    }

    /// When `handleTimeout` is due.
    package var deadline: Instant? {
        let retry = queries.compactMap(\.deadline).min()
        guard let nextRound else { return retry }
        return retry.map { min($0, nextRound) } ?? nextRound
    }

    /// - Returns: Whether what is known of the NAT has changed: a server that no longer answers is forgotten.
    package mutating func handleTimeout(_ step: inout Step) -> Bool {
        var silent: [Endpoint] = []
        for index in queries.indices where !queries[index].retransmit(&step) {
            silent.append(queries[index].server.endpoint)
        }
        queries.removeAll { silent.contains($0.server.endpoint) }
        if let nextRound, nextRound <= step.now {
            // Who has not answered the whole round is not believed any longer.
            silent += queries.map(\.server.endpoint)
            silentServers = silent
            detectNAT(&step)
        }
        answers.removeAll { silent.contains($0.server.endpoint) }
        return silent.isEmpty ? false : classify(&step)
    }

    private mutating func classify(_ step: inout Step) -> Bool {
        let before = status
        status = Self.classify(answers, network: network)
        if answers.count == 1, before.mapping != .unknown, before.publicEndpoints.contains(answers[0].mapped) {
            // One server tells nothing of the type: what two have shown holds while it sees what it saw then.
            (status.type, status.mapping, status.assumed) = (before.type, before.mapping, before.assumed)
        }
        guard status != before else { return false }
        if status.type != before.type {
            let ends = status.publicEndpoints.map(\.description).joined(separator: ", ")
            step.event(
                .info, "nat",
                "\(status.type)\(status.assumed ? " (assumed)" : "")\(ends.isEmpty ? "" : ", seen as \(ends)")")
        }
        return true
    }
}

extension NATTraversal {
    /// What the answers say. Filtering is not measured yet: an endpoint-independent mapping shows as port-restricted
    /// cone, marked assumed, and so does all that one operator alone has said.
    static func classify(_ answers: [Answer], network: LocalNetwork) -> NATStatus {
        var status = NATStatus()
        for answer in answers where !status.publicEndpoints.contains(answer.mapped) {
            status.publicEndpoints.append(answer.mapped)
        }
        status.publicEndpoints.sort()
        guard let first = answers.first else { return status }
        let operators = answers.contains { $0.server.operator != first.server.operator }
        if answers.allSatisfy({ network.addresses.contains($0.mapped.address) && $0.mapped.port == network.listenPort })
        {
            status.type = .open
            status.mapping = .endpointIndependent
            status.assumed = true
            return status
        }
        guard answers.count > 1 else {
            // One answer cannot tell a cone from a symmetric NAT; the type stays the careful guess of a cone.
            (status.type, status.mapping, status.assumed) = (.portRestrictedCone, .unknown, true)
            return status
        }
        if status.publicEndpoints.count == 1 {
            (status.type, status.mapping, status.assumed) = (.portRestrictedCone, .endpointIndependent, true)
        } else {
            (status.type, status.mapping) = (.symmetric, .addressAndPortDependent)
            status.assumed = !operators
        }
        return status
    }
}
