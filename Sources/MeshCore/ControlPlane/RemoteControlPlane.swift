package import MeshRules
package import MeshWire

/// A control server over HTTP. Servers are tried in order, and the one that answered is kept to until it doesn't.
package actor RemoteControlPlane: ControlPlane {
    private let servers: [ControlAddress]
    private let party: PartyID
    private let allowInsecure: Bool
    private var expectedKeyHash: Bytes16?
    private var preferred = 0
    private let session = SessionFeed<RemoteSession>()

    /// - Parameters:
    ///   - servers: tried in this order.
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
            let (server, answer) = try await send(route, bearer: route.isAnonymous ? nil : current?.token)
            let reply = try answer.read { bytes throws(ControlJSON.Unreadable) in
                try ControlRoute.reply(to: request, from: bytes)
            }
            return try take(reply, of: request, from: server)
        } catch {
            return .refused(error)
        }
    }

    package nonisolated func follow(_ hear: @escaping @Sendable (ControlPlaneEvent) async -> Void) async {
        await RemoteEvents(session: session, party: party, hear: hear).run()
    }

    private func send(
        _ route: ControlRoute, bearer: String?
    ) async throws(ControlRefusal) -> (ControlAddress, ControlHTTP.Answer) {
        var tries: [String] = []
        var insecure: String?
        for step in servers.indices {
            let index = (preferred + step) % servers.count
            let server = servers[index]
            if let why = PlainHTTP.refusal(server, isAllowedAnywhere: allowInsecure) {
                insecure = insecure ?? why
                continue
            }
            do throws(ControlHTTP.Failure) {
                let answer = try await ControlHTTP.send(route, to: server, bearer: bearer)
                preferred = index
                return (server, answer)
            } catch {
                tries.append("\(server.host):\(server.port): \(error)")
                guard error.isUnsent else { break }
            }
        }
        if let insecure, tries.isEmpty { throw .notAsked(insecure) }
        throw .unreachable(tries.isEmpty ? "none is known" : tries.joined(separator: "; "))
    }

    /// Remembers what an answer changes about this session, and checks what must hold of it.
    private func take(
        _ reply: ControlReply, of request: ControlRequest, from server: ControlAddress
    ) throws(ControlRefusal) -> ControlReply {
        switch reply {
        case .begun(let begun):
            let expected = expectedKeyHash ?? begun.keyHash
            guard begun.keyHash == expected else {
                throw .unreachable("\(server.host):\(server.port) is not the server that the invite names")
            }
            expectedKeyHash = expected
        case .joined(let joined):
            if let peer = request.joiningPeer {
                session.enter(
                    RemoteSession(server: server, peer: peer, token: joined.token, event: joined.event))
            }
        case .heartbeat(_, let token, _): session.update { $0.token = token }
        default: break
        }
        return reply
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
