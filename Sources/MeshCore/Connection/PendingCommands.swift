package import MeshRules

/// Which of the commands given to a node an answer belongs to. A node answers every command once, most at once; only
/// host, join and leave may take their time, one of them at a time, so that what comes later is for the one that waits.
package struct PendingCommands: Sendable {
    package typealias ID = Int
    private var waiting: [(id: ID, command: Command)] = []
    private var last = 0

    package init() {}

    /// Notes a command before the node hears of it.
    package mutating func begin(_ command: Command) -> ID {
        last += 1
        waiting.append((last, command))
        return last
    }

    /// Takes off the command that `answer` is for; nil when nobody waits. `asked` is the command that the node was just
    /// given, nil when the answer came of something else.
    package mutating func end(_ answer: CommandAnswer, asked: ID?) -> ID? {
        let fitting = waiting.indices.filter { Self.fits(answer, waiting[$0].command) }
        // A refusal said while a command is being handled is for that command; other answers tell by their kind.
        guard let index = fitting.first(where: { waiting[$0].id == asked }) ?? fitting.first else { return nil }
        return waiting.remove(at: index).id
    }

    /// Forgets everybody, who must be told otherwise.
    package mutating func removeAll() -> [ID] {
        defer { waiting = [] }
        return waiting.map(\.id)
    }

    private static func fits(_ answer: CommandAnswer, _ command: Command) -> Bool {
        switch (answer, command) {
        case (.refused, _), (.joined, .host), (.joined, .join), (.left, .leave), (.pinned, .pinRelay),
            (.released, .releaseRelay):
            true
        default: false
        }
    }
}
