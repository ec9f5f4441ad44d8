import ArgumentParser
import Foundation
import Glibc

/// Which `meshtui` the lab starts.
struct ProgramOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The meshtui to start.", discussion: "The one beside meshtui-lab if not given."))
    var meshtui: String?

    func path() throws(LabProblem) -> String {
        let beside = URL(fileURLWithPath: OwnProgram.path).deletingLastPathComponent().appendingPathComponent("meshtui")
        let path = meshtui.map { URL(fileURLWithPath: $0).path } ?? beside.path
        guard access(path, X_OK) == 0 else { throw .missingBinary(path) }
        return path
    }
}
