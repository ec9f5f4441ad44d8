extension AppState {
    /// A key while nothing lies over the screen.
    mutating func pressed(_ key: Key) -> [AppEffect] {
        guard let action = Action.of(key, in: self) else { return [] }
        if let reason = action.unavailable(self) {
            say(reason)
            return []
        }
        switch action.id {
        case .up: move(-1)
        case .down: move(1)
        case .first: move(-.max)
        case .last: move(.max)
        case .retry:
            say("Trying again …")
            return ask(.retry)
        case .pane: focus = focus == .peers ? .relays : .peers
        case .zoomOut: zoom = min(16, zoom * 2)
        case .zoomIn: zoom = max(1, zoom / 2)
        case .host: overlay = .prompt(Prompt(.host))
        case .join: overlay = .prompt(Prompt(.join))
        case .leave:
            let party = view?.activeParty
            let name = party?.name ?? ""
            let others = max(0, (party?.members ?? 1) - 1)
            overlay = .confirm(party?.host == .me ? .endHosting(name, others: others) : .leave(name))
        case .help: overlay = .help(scroll: 0)
        case .close: break
        case .redraw: return [.repaint]
        case .invite:
            overlay = .invite(nil)
            return ask(.invite)
        case .pin:
            guard let peer, let relay else { return [] }
            return ask(.pinRelay(peer: peer.id, relay: relay.id))
        case .release:
            guard let peer else { return [] }
            return ask(.releaseRelay(peer: peer.id))
        case .quit:
            guard asksAboutNode else { return [.exit(0)] }
            // A node that can do nothing is of no use to anybody: stopping it is one Enter away.
            let stop = Confirmation.quit.buttons.firstIndex { $0.deed == .stopNode } ?? 0
            overlay = .confirm(.quit, chosen: mode == .problem ? stop : 0)
        }
        return []
    }

    /// Stops the node, and quits when it has stopped.
    mutating func stopNode() -> [AppEffect] {
        overlay = .confirm(.stopping)
        return ask(.shutdownNode)
    }

    private mutating func move(_ step: Int) {
        guard let view else { return }
        switch focus {
        case .peers: selectedPeer = Self.neighbour(of: selectedPeer, in: view.peers.map(\.id), step)
        case .relays: selectedRelay = Self.neighbour(of: selectedRelay, in: view.relays.map(\.id), step)
        }
    }

    private static func neighbour<ID: Equatable>(of id: ID?, in ids: [ID], _ step: Int) -> ID? {
        guard let index = ids.firstIndex(where: { $0 == id }) else { return ids.first }
        return ids[max(0, min(ids.count - 1, index &+ max(-ids.count, min(ids.count, step))))]
    }
}
