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
        case .host(let party, let subnet, let publicAddress, let consent):
            return .one(
                await host(party, subnet ?? configuration.subnet, publicAddress: publicAddress, consent))
        case .join(let invite, let consent): return .one(await join(invite, consent))
        case .leave: return .one(await reply(to: .leave))
        case .invite: return .one(await showInvite())
        case .pinRelay(let peer, let relay): return .one(await reply(to: .pinRelay(peer, relay: relay)))
        case .switchRelay(let peer, let relay): return .one(await switchRelay(peer, to: relay))
        case .releaseRelay(let peer): return .one(await reply(to: .releaseRelay(peer)))
        case .stopEntering: return .one(await stopEntering())
        case .retry: return .one(await retry())
        case .shutdown:
            await shutdown()
            return .last(.done(text: nil))
        }
    }

    private nonisolated func showInvite() async -> NodeReply {
        do throws(EngineProblem) {
            guard try await currentParty() != nil else {
                return .refused(kind: .unavailable, reason: "\(CommandRefusal.notInParty)")
            }
        } catch {
            return .refused(kind: .unavailable, reason: "\(error)")
        }
        guard let invite = await invite else {
            return .refused(kind: .unavailable, reason: "only the host of a party has its invite: ask the host")
        }
        return .done(text: invite)
    }

    private nonisolated func host(
        _ party: String, _ wanted: IPv4Network?, publicAddress: ControlAddress?, _ consent: NetworkConsent
    ) async -> NodeReply {
        var network = wanted
        if case .asks(let agreed) = consent, await hasNoParty {
            network = wanted ?? configuration.networkToHost
            if let network, network != agreed, !agreements.cover(network) { return .asks(network: network) }
        }
        let target: ControlTarget
        do throws(EngineProblem) { target = try await targetToHost(publicAddress) } catch {
            return .refused(kind: .unavailable, reason: "\(error)")
        }
        let reply = await enter(
            by: .host(partyName: party, memberName: configuration.name, control: target, network: network),
            asking: target)
        if case .refused = reply { await stopServingNobody() }
        return reply
    }

    /// A control plane in this process is served before a party is founded: its invite names the port that is open.
    private func targetToHost(_ publicAddress: ControlAddress?) async throws(EngineProblem) -> ControlTarget {
        if let control = configuration.control { return .remote([control.address], keyHash: control.keyHash) }
        // A node that is in a party refuses, and serves nothing for that.
        guard try await currentParty() == nil else { return .local(serving: []) }
        return .local(serving: serving(on: try await servedPort(given: publicAddress), given: publicAddress))
    }

    private nonisolated func join(_ text: String, _ consent: NetworkConsent) async -> NodeReply {
        do throws(Refusal) {
            let invite = try InviteCode(pasted: text)
            let servers = invite.servers.map { ControlAddress(host: $0.host.text, port: $0.port) }
            return await enter(
                by: .join(invite, memberName: configuration.name, agreed: agreed(consent)),
                asking: .remote(servers, keyHash: nil))
        } catch {
            return .refused(kind: .data, reason: "\(CommandRefusal.invite(error))")
        }
    }

    private nonisolated func enter(by command: Command, asking target: ControlTarget) async -> NodeReply {
        await asks(target)
        let reply = await reply(to: command)
        await asks(nil)
        if case .done = reply { await rememberNetwork() }
        return reply
    }

    private nonisolated var agreements: Agreements {
        Agreements(folder: configuration.stateFolder, interface: configuration.interface)
    }

    /// False, too, for a node that is of no use now: it says why instead.
    private nonisolated var hasNoParty: Bool {
        get async { do { return try await currentParty() == nil } catch { return false } }
    }

    private nonisolated func agreed(_ consent: NetworkConsent) -> [IPv4Network]? {
        guard case .asks(let network) = consent else { return nil }
        return agreements.networks + (network.map { [$0] } ?? [])
    }

    /// The next host or join in this network asks nothing. Without room for it on the disk, it asks again.
    private nonisolated func rememberNetwork() async {
        guard let party = try? await currentParty(), let network = IPv4Network(party.subnet) else { return }
        try? agreements.note(network)
    }

    private func asks(_ target: ControlTarget?) {
        asking =
            switch target {
            case .remote(let servers, _)?:
                (servers.count == 1 ? "control server " : "control servers ")
                    + servers.map { "\($0.host):\($0.port)" }.joined(separator: ", ")
            case .local?: "this machine's own control plane"
            case nil: nil
            }
    }

    private nonisolated func stopEntering() async -> NodeReply {
        if (try? await currentParty()) != nil { return .done(text: nil) }
        return await reply(to: .leave)
    }

    private nonisolated func retry() async -> NodeReply {
        do throws(EngineProblem) {
            try await tryAgain()
            return .done(text: nil)
        } catch {
            return .refused(kind: .unavailable, reason: "\(error)")
        }
    }

    private nonisolated func switchRelay(_ peer: PeerID, to relay: Bytes8) async -> NodeReply {
        do {
            let manager = try await ready().manager
            guard let party = try await currentParty() else { throw CommandRefusal.notInParty }
            let hasSwitched = try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    try await manager.switchRelay(partyID: party.id, peerID: peer, to: relay)
                    return true
                }
                group.addTask {
                    try await Task.sleep(for: Self.switching)
                    return false
                }
                defer { group.cancelAll() }
                return try await group.next() ?? false
            }
            if hasSwitched { return .done(text: nil) }
            return .refused(
                kind: .unavailable,
                reason: "pinned, but the packets do not take that relay yet: see meshtui relays whether it answers; "
                    + "the pin stays until meshtui relay use auto")
        } catch ConnectionManager.Failure.refused(let refusal) {
            return .refused(kind: refusal.replyKind, reason: "\(refusal)")
        } catch {
            return .refused(kind: .unavailable, reason: "\(error)")
        }
    }

    private nonisolated func reply(to command: Command) async -> NodeReply {
        do throws(EngineProblem) {
            switch try await perform(command) {
            case .joined(_, let invite): return .done(text: invite)
            case .left, .pinned, .released: return .done(text: nil)
            case .refused(.notAgreed(let network)): return .asks(network: network)
            case .refused(let refusal): return .refused(kind: refusal.replyKind, reason: "\(refusal)")
            }
        } catch {
            return .refused(kind: .unavailable, reason: "\(error)")
        }
    }
}

extension CommandRefusal {
    var replyKind: NodeReply.Kind {
        switch self {
        case .name, .partyName, .invite, .badNetwork, .unknownPeer, .unknownRelay: .data
        default: .unavailable
        }
    }
}
