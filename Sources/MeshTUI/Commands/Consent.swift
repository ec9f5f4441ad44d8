import Glibc
import MeshCore
import MeshWire

/// Asks a person before a node changes this machine: once for its interface, and once for each network on it.
struct Consent {
    let configuration: EngineConfiguration
    /// `--yes`, or MESHTUI_YES=1.
    let isGiven: Bool
    /// Where the answer comes from.
    var input = STDIN_FILENO
    /// Where the question is seen.
    var error = STDERR_FILENO

    /// What a request tells the node about networks.
    var ofRequest: NetworkConsent { isGiven ? .any : .asks(agreed: nil) }

    /// Before a node is started here for the first time.
    /// - Parameter hosting: The network is known beforehand, and part of the question.
    /// - Returns: The network that was agreed to; nil when it is asked about later.
    @discardableResult
    func beforeStart(hosting: Bool = false) throws -> IPv4Network? {
        let agreements = Agreements(folder: configuration.stateFolder, interface: configuration.interface)
        if agreements.coverInterface { return nil }
        let network = hosting ? configuration.networkToHost : nil
        try ask(MachineNotice.text(configuration, network: network))
        let folder: StateFolder
        do throws(EngineProblem) { folder = try StateFolder(configuration.stateFolder) } catch {
            throw CommandProblem(error)
        }
        do throws(StorageProblem) { try agreements.note(network) } catch { throw CommandProblem(error) }
        withExtendedLifetime(folder) {}
        return network
    }

    /// When the node asks about the network of a party.
    func agree(to network: IPv4Network) throws {
        try ask(MachineNotice.text(configuration.interface, network: network))
    }

    private func ask(_ notice: String) throws {
        if isGiven { return Output.notice(notice) }
        guard isatty(input) == 1, isatty(error) == 1 else {
            Output.notice(notice)
            throw CommandProblem(
                "nothing was changed, because nobody can be asked here: give --yes (or MESHTUI_YES=1) to agree to this",
                .usage)
        }
        let prompt = notice + "\nGo on? [y/N] "
        let answer = try SilentTerminal.lines(of: input, prompt: prompt, echoes: true) { try $0.next() }
        guard ["y", "yes"].contains(answer?.lowercased().filter { !$0.isWhitespace }) else {
            Output.error("meshtui: nothing was changed")
            throw ExitStatus(code: 1)
        }
    }
}

extension NodeSettings {
    func consent(_ configuration: EngineConfiguration) -> Consent {
        Consent(configuration: configuration, isGiven: environment.flag(options.yes, or: "MESHTUI_YES"))
    }
}
