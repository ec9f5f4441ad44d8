import MeshRules
import MeshWire

/// The node's socket: what a request becomes, and how an answer reads.
extension MeshEngine {
    /// Carries out a request that came over the socket, or from this process itself.
    @concurrent
    package nonisolated func respond(to request: NodeRequest) async -> NodeResponse {
        switch request {
        case .status: return .one(.snapshot(await snapshot))
        case .snapshots: return .stream(await snapshots().map { NodeReply.snapshot($0) })
        case .events(let follow):
            let (lines, following) = await events()
            return .stream(EventReplies(lines: lines, following: follow ? following : nil))
        case .host(let party): return .one(await host(party))
        case .join(let invite): return .one(await join(invite))
        case .leave: return .one(await reply(to: .leave))
        case .invite:
            guard let invite = await invite else {
                return .one(
                    .refused(kind: .unavailable, reason: "only the host of a party has its invite: ask the host"))
            }
            return .one(.done(text: invite))
        case .pinRelay(let peer, let relay): return .one(await reply(to: .pinRelay(peer, relay: relay)))
        case .releaseRelay(let peer): return .one(await reply(to: .releaseRelay(peer)))
        case .shutdown:
            await shutdown()
            return .last(.done(text: nil))
        }
    }

    private nonisolated func host(_ party: String) async -> NodeReply {
        let target: ControlTarget =
            if let control = configuration.control {
                .remote([control.address], keyHash: control.keyHash)
            } else {
                .local(serving: await ownControlAddresses)
            }
        return await reply(to: .host(partyName: party, memberName: configuration.name, control: target))
    }

    private nonisolated func join(_ text: String) async -> NodeReply {
        do throws(Refusal) {
            return await reply(to: .join(try InviteCode(text: text), memberName: configuration.name))
        } catch {
            return .refused(kind: .data, reason: "\(CommandRefusal.invite(error))")
        }
    }

    private nonisolated func reply(to command: Command) async -> NodeReply {
        do throws(EngineProblem) {
            switch try await perform(command) {
            case .joined(_, let invite): return .done(text: invite)
            case .left, .pinned, .released: return .done(text: nil)
            case .refused(let refusal): return .refused(kind: refusal.replyKind, reason: "\(refusal)")
            }
        } catch {
            return .refused(kind: .unavailable, reason: "\(error)")
        }
    }

    /// Where the others of a party on this LAN reach a control plane in this process.
    private var ownControlAddresses: [ControlAddress] {
        get async {
            let addresses = running?.network.localAddresses() ?? []
            return addresses.map { ControlAddress(host: "\($0)", port: EngineConfiguration.controlPort) }
        }
    }
}

extension CommandRefusal {
    var replyKind: NodeReply.Kind {
        switch self {
        case .name, .invite, .unknownPeer, .unknownRelay: .data
        default: .unavailable
        }
    }
}
