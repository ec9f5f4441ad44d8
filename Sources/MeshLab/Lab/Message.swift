import Foundation

/// What the lab tells the person at the terminal, apart from the results that go to stdout.
enum Message {
    static func say(_ line: String) { FileHandle.standardError.write(Data("meshtui-lab: \(line)\n".utf8)) }

    /// Prints the end of the log that `problem` names, which is about to be removed.
    static func lastWords(of problem: any Error) {
        guard let words = (problem as? LabProblem)?.lastWords else { return }
        FileHandle.standardError.write(Data((words + "\n").utf8))
    }
}
