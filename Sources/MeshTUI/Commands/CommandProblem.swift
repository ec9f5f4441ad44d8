import Glibc
import MeshCore

/// Why a command failed: one line that ends with what to do, and the exit code (sysexits).
struct CommandProblem: Error, Equatable {
    enum Code: Int32 {
        case usage = 64
        /// What was given isn't valid: an invite, a name.
        case data = 65
        case unavailable = 69
        case software = 70
        case cannotCreate = 73
        case temporary = 75
        case permission = 77
        case configuration = 78
    }

    let message: String
    let code: Code

    init(_ message: String, _ code: Code) { (self.message, self.code) = (message, code) }

    init(_ problem: EngineProblem) {
        let code: Code =
            switch problem {
            case .inUse, .socketInUse: .temporary
            case .stateFolder, .storage, .socket: .cannotCreate
            case .notReady, .notServed, .stopping: .unavailable
            }
        self.init("\(problem)", code)
    }

    init(_ problem: StorageProblem) {
        let code: Code = if case .inUse = problem { .temporary } else { .cannotCreate }
        self.init("\(problem)", code)
    }

    init(_ failure: NodeSocketClient.Failure) {
        let code: Code =
            switch failure {
            case .noNode, .lost: .unavailable
            case .forbidden: .permission
            }
        self.init("\(failure)", code)
    }

    init(_ kind: NodeReply.Kind, _ reason: String) {
        let code: Code =
            switch kind {
            case .request: .software
            case .data: .data
            case .permission: .permission
            case .unavailable: .unavailable
            }
        self.init(reason, code)
    }

    /// A node changes the machine's network.
    static func requireRoot() throws(CommandProblem) {
        guard geteuid() == 0 else {
            throw CommandProblem(
                "a node changes this machine's network, which takes root: use sudo meshtui", .permission)
        }
    }
}
