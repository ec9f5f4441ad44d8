import ArgumentParser

/// A first word that is no command. The parser would take it for an argument of the dashboard, which has none.
enum UnknownCommand {
    /// What to tell whoever gave these arguments; nil when they begin with an option or with a command.
    /// - Parameter commands: those there are, hidden ones among them.
    static func problem(in arguments: [String], commands: [any ParsableCommand.Type]) -> CommandProblem? {
        let known = commands.compactMap { $0.configuration.commandName } + ["help"]
        guard let word = arguments.first, !word.hasPrefix("-"), !known.contains(word) else { return nil }
        let names = commands.filter { $0.configuration.shouldDisplay }.compactMap { $0.configuration.commandName }
        return CommandProblem(
            "there is no command “\(SafeText.sanitised(word, limit: 40))”: give one of \(names.joined(separator: ", ")); "
                + "meshtui --help says what they do", .usage)
    }
}

/// An argument without a letter, as a script leaves it whose variable is empty: it would be taken for a folder or a name.
enum EmptyArgument {
    /// What to tell whoever gave these arguments; nil when each of them says something.
    static func problem(in arguments: [String]) -> CommandProblem? {
        for (index, argument) in arguments.enumerated() {
            if argument.isEmpty {
                let before = index > 0 && arguments[index - 1].hasPrefix("--") ? " after \(arguments[index - 1])" : ""
                return CommandProblem("an argument\(before) is empty: leave it out, or give a value", .usage)
            }
            if argument.hasPrefix("--"), argument.hasSuffix("="), argument.count > 3 {
                return CommandProblem("\(argument.dropLast()) is empty: leave it out, or give a value", .usage)
            }
        }
        return nil
    }
}
