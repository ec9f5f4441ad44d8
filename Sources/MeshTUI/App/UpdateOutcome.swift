extension AppState {
    /// Whether the node is being stopped because the person quits.
    var isQuitting: Bool { overlay == .confirm(.stopping) }

    /// What became of a command.
    mutating func finished(_ command: NodeCommand, _ outcome: CommandOutcome) -> [AppEffect] {
        unfinished -= 1
        switch outcome {
        case .done(let answer): return done(command, answer)
        case .refused(let reason): refused(command, SafeText.sanitised(reason))
        case .asks(let network):
            // Closed or stopped meanwhile, it is not wanted any more: nothing was changed.
            guard case .prompt(let prompt) = overlay, prompt.isBusy else { break }
            overlay =
                prompt.isStopping
                ? nil
                : .confirm(.network(network, interface: view?.node.interface ?? "", command: command, from: prompt))
        }
        return []
    }

    private mutating func done(_ command: NodeCommand, _ answer: String?) -> [AppEffect] {
        switch command {
        case .shutdownNode: return [.exit(0)]
        case .invite:
            // Escape may have closed it meanwhile: then it is not wanted any more.
            if case .invite = overlay { overlay = .invite(answer ?? "") }
        case .host:
            closePrompt(.host)
            say("Your party is open: i shows the invite for your friends.")
        case .join:
            closePrompt(.join)
            say("You have joined.")
        case .leave: say("You have left the party.")
        case .pinRelay: say("Pinned: a makes it automatic again.")
        case .releaseRelay: say("Automatic again.")
        case .retry: message = nil
        case .stopEntering: break
        }
        return []
    }

    private mutating func refused(_ command: NodeCommand, _ reason: String) {
        switch command {
        case .host, .join:
            let kind: Prompt.Kind = if case .host = command { .host } else { .join }
            if case .prompt(var prompt) = overlay, prompt.kind == kind {
                if prompt.isStopping {
                    overlay = nil
                    return say("Stopped: you are in no party.")
                }
                prompt.askedAt = nil
                prompt.problem = reason
                overlay = .prompt(prompt)
                return
            }
        case .invite: if case .invite = overlay { overlay = nil }
        case .shutdownNode: if isQuitting { overlay = nil }
        case .retry: return say("Tried again just now, and it is still so.", isError: true)
        case .stopEntering: return
        case .leave, .pinRelay, .releaseRelay: break
        }
        say(reason, isError: true)
    }

    private mutating func closePrompt(_ kind: Prompt.Kind) {
        if case .prompt(let prompt) = overlay, prompt.kind == kind { overlay = nil }
    }
}
