extension AppState {
    /// A key while something lies over the screen.
    mutating func pressedInOverlay(_ key: Key) -> [AppEffect] {
        if key == .control("l") { return [.repaint] }
        guard key != .escape, let overlay else { return escape() }
        switch overlay {
        case .help(let scroll): self.overlay = help(scroll, key)
        case .prompt(let prompt): return pressed(key, in: prompt)
        case .confirm(let confirmation, let chosen): return pressed(key, on: confirmation, chosen)
        case .invite(let invite): return pressed(key, overInvite: invite)
        }
        return []
    }

    /// Closes what is open; a host or join under way is stopped first, and closed by its outcome or a second Escape.
    private mutating func escape() -> [AppEffect] {
        // A node that is asked to stop stops, whatever is pressed.
        if isQuitting { return [] }
        guard case .prompt(var prompt) = overlay, prompt.isBusy, !prompt.isStopping else {
            overlay = nil
            return []
        }
        prompt.isStopping = true
        overlay = .prompt(prompt)
        return ask(.stopEntering)
    }

    /// A pasted text goes into the open field; without one it does nothing, so that no line of it presses a key.
    mutating func paste(_ text: String) -> [AppEffect] {
        guard case .prompt(var prompt) = overlay, !prompt.isBusy else { return [] }
        // After a refusal somebody pastes the right one, not the end of the wrong one.
        if prompt.problem != nil { prompt.field.clear() }
        prompt.field.insert(text)
        prompt.problem = nil
        overlay = .prompt(prompt)
        return []
    }

    private func help(_ scroll: Int, _ key: Key) -> Overlay? {
        let lines = HelpText(self).lines.count
        return switch key {
        case .up, .character("k"): .help(scroll: max(0, scroll - 1))
        case .down, .character("j"): .help(scroll: min(lines - 1, scroll + 1))
        default: nil
        }
    }

    private mutating func pressed(_ key: Key, in prompt: Prompt) -> [AppEffect] {
        guard !prompt.isBusy else { return [] }
        var prompt = prompt
        prompt.problem = nil
        defer { overlay = .prompt(prompt) }
        switch key {
        case .character(let character): prompt.field.insert(String(character))
        case .backspace: prompt.field.deleteBackward()
        case .control("u"): prompt.field.clear()
        case .enter:
            let text = prompt.field.trimmed
            guard !text.isEmpty else {
                prompt.problem = prompt.kind == .host ? "A party needs a name." : "Paste the invite first."
                return []
            }
            prompt.askedAt = now
            return ask(prompt.kind == .host ? .host(partyName: text) : .join(invite: text))
        default: break
        }
        return []
    }

    private mutating func pressed(_ key: Key, on confirmation: Confirmation, _ chosen: Int) -> [AppEffect] {
        let buttons = confirmation.buttons
        guard buttons.indices.contains(chosen) else { return [] }
        switch key {
        case .left, .up, .backTab: overlay = .confirm(confirmation, chosen: max(0, chosen - 1))
        case .right, .down: overlay = .confirm(confirmation, chosen: min(buttons.count - 1, chosen + 1))
        case .tab: overlay = .confirm(confirmation, chosen: (chosen + 1) % buttons.count)
        case .enter: return carryOut(buttons[chosen].deed, of: confirmation)
        default: break
        }
        return []
    }

    private mutating func carryOut(_ deed: Confirmation.Deed, of confirmation: Confirmation) -> [AppEffect] {
        overlay = nil
        if case .network(let network, _, let command, var prompt) = confirmation {
            let goesOn = deed == .enter
            prompt.askedAt = goesOn ? now : nil
            overlay = .prompt(prompt)
            return goesOn ? ask(command.agreeing(to: network)) : []
        }
        switch deed {
        case .nothing, .enter, .goBack: return []
        case .leave: return ask(.leave)
        case .exit: return [.exit(0)]
        case .stopNode: return stopNode()
        }
    }

    private mutating func pressed(_ key: Key, overInvite invite: String?) -> [AppEffect] {
        switch key {
        case .character("y"):
            guard let invite else { return [] }
            guard canCopy else { return [] }
            say("Sent to the terminal; whether it took it can't be known.")
            return [.copy(invite)]
        case .character("i"), .character("q"), .enter: overlay = nil
        default: break
        }
        return []
    }
}
