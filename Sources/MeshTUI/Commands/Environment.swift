import FoundationEssentials

/// The variables of the environment, and how settings are read from them: an option counts before its variable, a
/// variable before the default. An empty variable counts as unset, because service files and shells leave such behind.
struct Environment: Equatable, Sendable {
    private let variables: [String: String]

    init(_ variables: [String: String]) { self.variables = variables.filter { !$0.value.isEmpty } }

    /// Of this process.
    static var current: Environment { Environment(ProcessInfo.processInfo.environment) }

    subscript(variable: String) -> String? { variables[variable] }

    /// Nil when neither is given.
    func text(_ option: String?, or variable: String) -> String? { option ?? self[variable] }

    /// Nil when neither is given. In a variable, commas or spaces stand between the values.
    func list(_ options: [String], or variable: String) -> [String]? {
        if !options.isEmpty { return options }
        let words = self[variable]?.split { $0 == "," || $0.isWhitespace }.map(String.init) ?? []
        return words.isEmpty ? nil : words
    }

    /// A variable sets a flag with the value 1.
    func flag(_ option: Bool, or variable: String) -> Bool { option || self[variable] == "1" }
}

extension Environment: ExpressibleByDictionaryLiteral {
    init(dictionaryLiteral elements: (String, String)...) {
        self.init(Dictionary(elements, uniquingKeysWith: { $1 }))
    }
}
