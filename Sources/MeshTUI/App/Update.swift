import MeshRules

/// Takes what happened into the state and says what is to be done. Pure: time comes with the event.
func update(_ state: inout AppState, _ event: AppEvent, now: Instant) -> [AppEffect] {
    state.now = now
    if let message = state.message, message.until <= now { state.message = nil }
    switch event {
    case .tick:
        return []
    case .snapshot(let snapshot):
        var view = state.view ?? ViewModel()
        view.take(snapshot, utcOffset: state.utcOffset)
        state.view = view
        state.keepSelection()
        return []
    case .outcome(let command, let outcome):
        return state.finished(command, outcome)
    case .terminal(let event):
        return state.happened(event)
    }
}

extension AppState {
    /// How long a message stands.
    static let messageTime = Duration.seconds(8)

    mutating func say(_ text: String, isError: Bool = false) {
        message = Message(text: text, isError: isError, until: now + Self.messageTime)
    }

    /// Asks the node for something.
    mutating func ask(_ command: NodeCommand) -> [AppEffect] {
        unfinished += 1
        return [.perform(command)]
    }

    fileprivate mutating func happened(_ event: TerminalEvent) -> [AppEffect] {
        switch event {
        case .resize(let size):
            self.size = size
            return []
        case .focus(let focused):
            isWatched = focused
            return []
        case .closed(let signal):
            return [.exit(128 + signal)]
        case .pasted(let text):
            return paste(text)
        case .key(let key):
            message = nil
            if overlay != nil { return pressedInOverlay(key) }
            return pressed(key)
        }
    }

    /// Selection follows the peer or relay, not the row; without one it is the first.
    fileprivate mutating func keepSelection() {
        if peer == nil { selectedPeer = view?.peers.first?.id }
        if relay == nil { selectedRelay = view?.relays.first?.id }
    }
}
