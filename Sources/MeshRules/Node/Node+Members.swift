import MeshWire

/// What the control plane tells of the party's members.
extension Node {
    mutating func eventReceived(_ event: ControlEvent, _ step: inout Step) {
        guard membership != nil else { return }
        switch event {
        case .peer(let info): peersTold([info], all: false, &step)
        case .left(let id):
            guard let membership, membership.member(id) != nil else { return }
            step.event(.notice, membership.displayName(of: id), "left the party")
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
        for peer in peers where peer.hasLeft && !peer.isConnected { forget(peer.id, &step) }
    }

    /// - Parameter all: The list is complete: who is missing has left.
    mutating func peersTold(_ infos: [PeerInfo], all: Bool, _ step: inout Step) {
        let cards = infos.map { try? Card.decode($0.card.span) }
        // First who has left: the machine may be back under a new identity, with the key it had.
        if all { forgetAll(but: cards.compactMap { $0 }, &step) }
        for (info, card) in zip(infos, cards) {
            guard let card else { continue }
            guard card.peer != membership?.id else {
                ownCardMet(card, &step)
                continue
            }
            let isNew = membership?.member(card.peer) == nil
            do throws(Refusal) {
                if let member = try membership?.accept(card) {
                    if isNew {
                        step.event(.notice, membership?.displayName(of: member.id) ?? "", "joined as \(member.address)")
                    }
                    memberChanged(member, &step)
                }
            } catch {
                step.event(.warning, card.name, "its card was refused: \(error)")
                continue
            }
            withPeer(card.peer, &step) { $0.told(info, $1, &$2) }
            if let check = info.candidates { checkReceived(check, from: nil, &step) }
        }
    }

    /// A server that was set up anew knows only those who have come back by now: who is connected stays.
    private mutating func forgetAll(but cards: [Card], _ step: inout Step) {
        for member in membership?.members ?? [] where !cards.contains(where: { $0.peer == member.id }) {
            let isReplaced = cards.contains {
                ($0.wg == member.card.wg || $0.ipv4 == member.card.ipv4)
                    && (try? membership?.roster.check($0)) != nil
            }
            let isConnected = peers.first { $0.id == member.id }?.isConnected ?? false
            if isReplaced || !isConnected { forget(member.id, &step) }
        }
    }
}
