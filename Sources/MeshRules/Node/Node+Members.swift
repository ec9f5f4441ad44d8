import MeshWire

/// What the control plane tells of the party's members.
extension Node {
    mutating func eventReceived(_ event: ControlEvent, _ step: inout Step) {
        guard membership != nil else { return }
        switch event {
        case .peer(let info): peersTold([info], all: false, &step)
        case .left(let id):
            guard let membership, membership.member(id) != nil else { return }
            if id == membership.hostID {
                hostListed(false, &step)
            } else {
                step.event(.notice, membership.displayName(of: id), "left the party")
            }
            // A server's word alone cuts nobody off: who still answers is forgotten when the path goes silent.
            withPeer(id, &step) { $0.leaves(&$2) }
            forgetThoseWhoLeft(&step)
        case .roster(let bytes): rosterReceived(bytes, &step)
        case .signal(_, let check): checkReceived(check, from: nil, &step)
        case .relays: step.request(.relays)
        case .grant: break
        }
    }

    mutating func forget(_ id: PeerID, _ step: inout Step) {
        removePeer(id, &step)
        membership?.forget(id)
        step.store(.forgetCard(id))
    }

    mutating func forgetThoseWhoLeft(_ step: inout Step) {
        for id in peers.gone { forget(id, &step) }
        admitWhoWaited(&step)
    }

    /// - Parameter all: The list is complete: who is missing has left.
    mutating func peersTold(_ infos: [PeerInfo], all: Bool, _ step: inout Step) {
        let told = infos.compactMap { info in (try? Card.decode(info.card.span)).map { (info: info, card: $0) } }
        if all {
            // First who has left: the machine may be back under a new identity, with the key it had.
            forgetAll(but: told.map(\.card), &step)
            waiting.keep { id, _ in told.contains { $0.card.peer == id } }
            if let host = membership?.hostID, host != membership?.id {
                hostListed(told.contains { $0.card.peer == host }, &step)
            }
        }
        for (info, card) in told {
            peerTold(info, card, isListed: { id in all && told.contains { $0.card.peer == id } }, &step)
        }
    }

    private mutating func peerTold(
        _ info: PeerInfo, _ card: Card, isListed: (PeerID) -> Bool, _ step: inout Step
    ) {
        guard let membership, card.peer != membership.id else { return ownCardMet(card, &step) }
        if let holder = membership.holder(of: card), !isListed(holder.id), replaces(holder, by: card, &step) == false {
            return wait(info, card, behind: holder, &step)
        }
        if let id = membership.displaced(by: card, where: isConnected) { forget(id, &step) }
        let isNew = membership.member(card.peer) == nil
        do throws(Refusal) {
            if let member = try self.membership?.accept(card) {
                if isNew {
                    step.event(
                        .notice, self.membership?.displayName(of: member.id) ?? "", "joined as \(member.address)")
                }
                memberChanged(member, &step)
            }
        } catch {
            return step.event(.warning, card.name, "its card was refused: \(error)")
        }
        if card.peer == membership.hostID { hostListed(true, &step) }
        withPeer(card.peer, &step) { $0.told(info, $1, &$2) }
        if let check = info.candidates { checkReceived(check, from: nil, &step) }
    }

    /// A server that was set up anew knows only those who have come back by now: who is connected stays.
    private mutating func forgetAll(but cards: [Card], _ step: inout Step) {
        for member in membership?.members ?? [] where !cards.contains(where: { $0.peer == member.id }) {
            if !isConnected(member.id) { forget(member.id, &step) }
        }
    }

    private func isConnected(_ id: PeerID) -> Bool { peers.first { $0.id == id }?.isConnected ?? false }

    // MARK: - Key or address of another member

    /// The control plane has taken in another member with this one's key or address, so it holds that this one has left.
    /// Any old card with the group's signature does for that: who is connected is never replaced because of it.
    /// - Returns: False while the holder is connected; its path is asked at once.
    private mutating func replaces(_ holder: Member, by card: Card, _ step: inout Step) -> Bool {
        guard (try? membership?.roster.check(card)) != nil else { return true }
        guard isConnected(holder.id) else {
            forget(holder.id, &step)
            return true
        }
        withPeer(holder.id, &step) { $0.leaves(&$2) }
        return false
    }

    /// The newcomer's card waits until the holder's path is silent.
    private mutating func wait(_ info: PeerInfo, _ card: Card, behind holder: Member, _ step: inout Step) {
        if waiting[card.peer] == nil {
            step.event(
                .warning, card.name,
                "has the key or the address of \(membership?.displayName(of: holder.id) ?? ""), who is connected: it waits until that one is silent"
            )
        }
        guard waiting[card.peer] != nil || waiting.count < ControlSpec.members else { return }
        waiting[card.peer] = info
    }

    private mutating func admitWhoWaited(_ step: inout Step) {
        guard !waiting.isEmpty, let membership else { return }
        for info in waiting.values {
            guard let card = try? Card.decode(info.card.span), membership.holder(of: card) == nil else { continue }
            waiting[card.peer] = nil
            peersTold([info], all: false, &step)
        }
    }

    // MARK: - The host

    /// Notes that the control plane has the host among the members, or not. Without its host nobody is let in or put out, and the
    /// others stay connected.
    private mutating func hostListed(_ isListed: Bool, _ step: inout Step) {
        defer { control.isHostListed = isListed }
        switch (control.isHostListed, isListed) {
        case (true?, false), (nil, false):
            step.event(
                .warning, "party",
                "its host has left: who is here stays connected, but nobody can let others in or put them out; host a new party for that"
            )
        case (false?, true): step.event(.notice, "party", "its host is back")
        case (nil, true), (false?, false), (true?, true): break
        }
    }

    /// Nil before the control plane has told of it.
    var hostState: PartyStatus.HostState? {
        guard let membership, let host = membership.hostID else { return nil }
        guard host != membership.id else { return .here }
        switch (control.isHostListed, peers.first { $0.id == host }) {
        case (nil, nil): return nil
        case (false?, _), (true?, nil): return .left
        case (_, let peer?): return peer.isConnected || !peer.isAway ? .here : .away
        }
    }
}
