import Logging
import MeshCore
import MeshRules
import MeshWire

/// What `host --headless` and `join --headless` do once their node is up.
struct FirstRequest {
    let request: NodeRequest
    let consent: Consent
    let engine: MeshEngine
    let logger: Logger

    /// Prints the invite of a new party. A node that is in the wanted party already just goes on: the invite is a secret,
    /// and not every restart puts it into a journal (`meshtui invite` shows it).
    func carryOut() async throws {
        if let party = try await engine.currentParty(), isWanted(party) {
            logger.notice("back in the party “\(party.name)”")
            return
        }
        guard case .one(var reply)? = await response(to: request) else { return }
        if case .asks(let network) = reply {
            // The engine has nothing to do before the answer: it is in no party.
            try consent.agree(to: network)
            guard case .one(let next)? = await response(to: request.consenting(.asks(agreed: network))) else { return }
            reply = next
        }
        switch reply {
        case .done(let text):
            let party = await engine.snapshot.parties.first?.name ?? ""
            logger.notice("in the party “\(party)”; meshtui shows it, meshtui down stops this node")
            if let text { Output.line(text) }
            if case .host = request, let hosting = await engine.snapshot.node.hosting {
                Output.error("who can join: \(hosting.whoCanJoin)")
            }
        case .refused(let kind, let reason): throw CommandProblem(kind, reason)
        case .asks(let network): throw CommandProblem("\(CommandRefusal.notAgreed(network))", .unavailable)
        case .snapshot, .event: break
        }
    }

    /// Says whom it waits for meanwhile.
    private func response(to request: NodeRequest) async -> NodeResponse? {
        await withTaskGroup(of: NodeResponse?.self) { group in
            group.addTask { await engine.respond(to: request) }
            group.addTask {
                var line = WaitingLine()
                await line.run { await engine.snapshot.node.asking }
                return nil
            }
            let response = await group.next() ?? nil
            group.cancelAll()
            await group.waitForAll()
            return response
        }
    }

    private func isWanted(_ party: PartyStatus) -> Bool {
        switch request {
        case .host(let name, _, _, _): name == party.name
        case .join(let invite, _): (try? InviteCode(text: invite))?.party == party.id
        default: false
        }
    }
}
