import ArgumentParser

/// A first word that is no command. The parser would take it for an argument of the dashboard, which has none.
enum UnknownCommand {
    /// What to tell whoever gave these arguments; nil when they begin with an option or with a command.
    static func problem(in arguments: [String]) -> CommandProblem? {
        let names = MeshTUI.configuration.subcommands.filter { $0.configuration.shouldDisplay }
            .compactMap { $0.configuration.commandName }
        let hidden = MeshTUI.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
        guard let word = arguments.first, !word.hasPrefix("-"), !hidden.contains(word) else { return nil }
        return CommandProblem(
            "there is no command “\(SafeText.sanitised(word, limit: 40))”: give one of \(names.joined(separator: ", ")); "
                + "meshtui --help says what they do", .usage)
    }
}
