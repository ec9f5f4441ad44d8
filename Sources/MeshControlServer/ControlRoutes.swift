import HTTPTypes
import Hummingbird
import Logging
import MeshCore
import MeshRules
import MeshWire

/// The routes of PROTOCOL.md §6.
struct ControlRoutes: Sendable {
    let service: ControlService
    let operatorToken: String
    let hosts: ServedHosts
    let logger: Logger

    func responder() -> RouterResponder<ControlContext> {
        let router = Router(context: ControlContext.self)
        router.add(middleware: RequestGate(hosts: hosts, logger: logger))
        addParties(router.group("v1/parties"))
        addPeers(router.group("v1/parties/:party"))
        addRelays(router.group("v1/relays"))
        return router.buildResponder()
    }

    private func addParties(_ parties: RouterGroup<ControlContext>) {
        parties.post { request, context in
            let body = try await request.decode(ControlJSON.Register.self)
            guard let roster = try? Roster.decode(body.roster.bytes.span) else {
                throw RequestProblem(422, "Not understood", "“roster” is none")
            }
            return try await perform(body.request, roster.party, .anonymous, context)
        }
        parties.post(":party/begin") { request, context in
            let body = try await request.decode(ControlJSON.Begin.self)
            return try await perform(
                .begin(identity: body.identity.value, g0: body.g0?.value), context.id("party"), .anonymous, context)
        }
        parties.post(":party/peers") { request, context in
            let body = try await request.decode(ControlJSON.Join.self)
            return try await perform(body.request, context.id("party"), .anonymous, context)
        }
    }

    private func addPeers(_ party: RouterGroup<ControlContext>) {
        party.get { try await perform(.getParty, $0, $1) }
        party.put { request, context in
            try await perform(request.decode(ControlJSON.PutParty.self).request, request, context)
        }
        party.get("peers") { try await perform(.getPeers, $0, $1) }
        party.get("peers/:peer") { try await perform(.discoverPeer(context: $1), $0, $1) }
        party.put("peers/:peer") { request, context in
            try await own(request, context)
            return try await perform(request.update(), request, context)
        }
        party.delete("peers/:peer") { request, context in
            try await own(request, context)
            return try await perform(.leaveParty, request, context)
        }
        party.post("peers/:peer/signal") { request, context in
            let check = try await request.decode(ControlJSON.Signal.self).check.bytes
            return try await perform(.signal(to: context.id("peer"), check: check), request, context)
        }
        party.post("heartbeat") { try await perform(.heartbeat, $0, $1) }
        party.get("events") { try await events($0, $1) }
    }

    private func addRelays(_ relays: RouterGroup<ControlContext>) {
        relays.get { request, context in
            guard let party = request.bearer.flatMap(ControlRules.party(ofBearer:)) else {
                throw ControlRefusal.unauthorised
            }
            return try await perform(.relays, party, .member(try await member(request, of: party)), context)
        }
        relays.put(":relay") { try await register($0, $1) }
    }

    private func perform(
        _ request: ControlRequest, _ http: Request, _ context: ControlContext
    ) async throws -> Response {
        let party: PartyID = try context.id("party")
        return try await perform(request, party, .member(try await member(http, of: party)), context)
    }

    private func perform(
        _ request: ControlRequest, _ party: PartyID, _ caller: Caller, _ context: ControlContext
    ) async throws -> Response {
        let source = RequestSource.address(try context.source)
        return try response(to: request, await service.perform(request, party: party, from: caller, source: source))
    }

    private func response(to request: ControlRequest, _ reply: ControlReply) throws -> Response {
        switch reply {
        case .begun(let begun): .json(ControlJSON.BegunBody(begun))
        case .joined(let joined): .json(ControlJSON.JoinedBody(joined), status: .created)
        case .party(let roster, let grant): .json(ControlJSON.PartyBody(roster: roster, grant: grant))
        case .peers(let infos):
            if case .discoverPeer = request, let info = infos.first {
                .json(ControlJSON.PeerBody(info))
            } else {
                .json(ControlJSON.PeersBody(infos))
            }
        case .heartbeat(let time, let token, let expires):
            .json(ControlJSON.HeartbeatBody(time: time, token: token, expires: expires))
        case .relays(let relays, let token): .json(ControlJSON.RelaysBody(relays, token: token))
        case .done: Response(status: .noContent)
        case .refused(let refusal): throw refusal
        }
    }

    /// The member who asks; throws `.unauthorised` for anybody else.
    func member(_ request: Request, of party: PartyID) async throws -> PeerID {
        guard let bearer = request.bearer, let peer = await service.authenticate(bearer: bearer, party: party) else {
            throw ControlRefusal.unauthorised
        }
        return peer
    }

    /// A member speaks for itself only.
    private func own(_ request: Request, _ context: ControlContext) async throws {
        let peer: PeerID = try context.id("peer")
        guard try await member(request, of: context.id("party")) == peer else { throw ControlRefusal.rule(.peer) }
    }
}

extension ControlRequest {
    fileprivate static func discoverPeer(context: ControlContext) throws -> ControlRequest {
        .discoverPeer(try context.id("peer"))
    }
}
