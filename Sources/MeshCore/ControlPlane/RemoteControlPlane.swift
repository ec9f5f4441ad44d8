package import MeshRules
package import MeshWire

/// A control server over HTTP. A member finds it by asking all of the invite's addresses side by side; what follows goes
/// to the one that was found, alone.
package actor RemoteControlPlane: ControlPlane {
    /// Between two addresses that are begun to be asked (RFC 8305 §5). Shorter asks more of them in vain, longer lets a
    /// dead one delay who joins.
    static let stagger: Duration = .milliseconds(250)

    private let servers: [ControlAddress]
    private let party: PartyID
    private let allowInsecure: Bool
    private var expectedKeyHash: Bytes16?
    /// Where the last `begin` was answered with the right key: the nonce is good there only.
    private var found: ControlAddress?
    private let session = SessionFeed<RemoteSession>()

    /// - Parameters:
    ///   - servers: asked side by side, begun in this order.
    ///   - expectedKeyHash: the invite's; nil takes the first one heard and keeps to it.
    ///   - allowInsecure: plain HTTP also beyond loopback and private addresses (`--insecure-http`).
    package init(
        servers: [ControlAddress], party: PartyID, expectedKeyHash: Bytes16?, allowInsecure: Bool = false
    ) {
        (self.servers, self.party, self.allowInsecure) = (servers, party, allowInsecure)
        self.expectedKeyHash = expectedKeyHash
    }

    package func perform(_ request: ControlRequest) async -> ControlReply {
        let current = session.current
        guard let route = ControlRoute(request, party: party, own: current?.peer) else {
            return .refused(.unauthorised)
        }
        do throws(ControlRefusal) {
            if case .begin = request {
                let (server, begun) = try await search(with: route)
                (found, expectedKeyHash) = (server, begun.keyHash)
                return .begun(begun)
            }
            // A bearer is for the server that gave it, a proof for the one whose nonce it signs.
            guard let server = route.isAnonymous ? found ?? servers.first : current?.server else {
                throw .unreachable("none is known")
            }
            if let why = PlainHTTP.refusal(server, isAllowedAnywhere: allowInsecure) { throw .notAsked(why) }
            let bearer = route.isAnonymous ? nil : current?.token
            let reply = try await Self.ask(server, route, bearer: bearer) { bytes throws(ControlJSON.Unreadable) in
                try ControlRoute.reply(to: request, from: bytes)
            }
            remember(reply, to: request, from: server)
            return reply
        } catch {
            return .refused(error)
        }
    }

    package nonisolated func follow(_ hear: @escaping @Sendable (ControlPlaneEvent) async -> Void) async {
        await RemoteEvents(session: session, party: party, hasOtherServers: servers.count > 1, hear: hear).run()
    }

    /// What an answer changes about this session.
    private func remember(_ reply: ControlReply, to request: ControlRequest, from server: ControlAddress) {
        switch reply {
        case .joined(let joined):
            if let peer = request.joiningPeer {
                session.enter(
                    RemoteSession(server: server, peer: peer, token: joined.token, event: joined.event))
            }
        case .heartbeat(_, let token, _): session.update { $0.token = token }
        default: break
        }
    }

    private static func ask<Value>(
        _ server: ControlAddress, _ route: ControlRoute, bearer: String?,
        _ decode: ([UInt8]) throws(ControlJSON.Unreadable) -> Value
    ) async throws(ControlRefusal) -> Value {
        let answer: ControlHTTP.Answer
        do throws(ControlHTTP.Failure) {
            answer = try await ControlHTTP.send(route, to: server, bearer: bearer)
        } catch {
            throw .unreachable("\(server.host):\(server.port): \(error)")
        }
        return try answer.read(decode)
    }

    // MARK: - The search

    private enum SearchEvent: Sendable {
        /// The next address is to be asked beside those that have not answered yet.
        case staggered
        case answered(Int, Result<Begun, ControlRefusal>)
    }

    /// Asks all addresses side by side. The first answer with the party's key counts: of the addresses of an invite any
    /// may be another machine's in the network where this one is, a web server's or nobody's.
    private func search(with route: ControlRoute) async throws(ControlRefusal) -> (ControlAddress, Begun) {
        let refused = servers.lazy.compactMap { PlainHTTP.refusal($0, isAllowedAnywhere: self.allowInsecure) }.first
        let usable = servers.filter { PlainHTTP.refusal($0, isAllowedAnywhere: allowInsecure) == nil }
        guard !usable.isEmpty else {
            throw refused.map { ControlRefusal.notAsked($0) } ?? .unreachable("none is known")
        }
        let expected = expectedKeyHash
        var refusals = [ControlRefusal?](repeating: nil, count: usable.count)
        let answer: (ControlAddress, Begun)? = await withTaskGroup(of: SearchEvent.self) { group in
            var asked = 0
            func askNext() {
                guard asked < usable.count else { return }
                let index = asked
                asked += 1
                group.addTask { .answered(index, await Self.begin(route, at: usable[index], expecting: expected)) }
                guard asked < usable.count else { return }
                group.addTask {
                    try? await Task.sleep(for: Self.stagger)
                    return .staggered
                }
            }
            askNext()
            for await event in group {
                switch event {
                case .staggered: askNext()
                case .answered(let index, .success(let begun)):
                    group.cancelAll()
                    return (usable[index], begun)
                case .answered(let index, .failure(let why)):
                    refusals[index] = why
                    askNext()
                }
            }
            return nil
        }
        guard let answer else { throw Self.summary(of: Array(zip(usable, refusals))) }
        return answer
    }

    private static func begin(
        _ route: ControlRoute, at server: ControlAddress, expecting expected: Bytes16?
    ) async -> Result<Begun, ControlRefusal> {
        do throws(ControlRefusal) {
            let begun = try await ask(server, route, bearer: nil) { bytes throws(ControlJSON.Unreadable) in
                try ControlJSON.decode(ControlJSON.BegunBody.self, from: bytes).begun
            }
            guard begun.keyHash == expected ?? begun.keyHash else {
                throw .unreachable("\(server.host):\(server.port) is not the server that the invite names")
            }
            return .success(begun)
        } catch {
            return .failure(error)
        }
    }

    /// One refusal for all addresses: what only the party's own server can know comes first, else each is named.
    private static func summary(of tries: [(ControlAddress, ControlRefusal?)]) -> ControlRefusal {
        let refusals = tries.compactMap(\.1)
        if let first = refusals.first, refusals.count == 1 { return first }
        if let told = refusals.first(where: \.isOfParty) { return told }
        let words = tries.map { server, refusal in
            switch refusal {
            case .unreachable(let why)?: why
            case .unknown(let what)?: "\(server.host):\(server.port) does not know \(what)"
            case let other?: "\(server.host):\(server.port): \(other)"
            case nil: "\(server.host):\(server.port) was not asked"
            }
        }
        return .unreachable(words.joined(separator: "; "))
    }
}

extension ControlRefusal {
    /// Only a server that knows the party says so.
    fileprivate var isOfParty: Bool {
        switch self {
        case .rule, .unknown("this invite"): true
        default: false
        }
    }
}

extension ControlRequest {
    /// The peer that a request to join makes its sender.
    var joiningPeer: PeerID? {
        switch self {
        case .registerParty(_, _, let proof), .joinParty(_, let proof): (try? Card.decode(proof.card.span))?.peer
        default: nil
        }
    }
}
