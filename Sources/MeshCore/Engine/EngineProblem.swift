/// Why the engine can't do what it was asked to. Each description is one line that ends with what to do.
package enum EngineProblem: Error, Equatable, Sendable {
    /// Another node has this state folder.
    case inUse(folder: String, pid: Int32)
    /// A live node answers on the socket.
    case socketInUse(path: String)
    /// The state folder can't be made, read or locked.
    case stateFolder(path: String, reason: String)
    /// The state folder is not taken.
    case storage(StorageProblem)
    /// The socket can't be made.
    case socket(path: String, reason: String)
    /// The network isn't up yet; `reason` says what to do.
    case notReady(reason: String)
    /// No port is left for the control plane of a party hosted here.
    case notServed(reason: String)
    /// The node is stopping.
    case stopping
}

extension EngineProblem: CustomStringConvertible {
    /// One line that ends with what to do.
    package var description: String {
        switch self {
        case .inUse(let folder, let pid):
            "\(folder) belongs to the node that runs as process \(pid): stop it with meshtui down, or give --state another folder"
        case .socketInUse(let path):
            "a node answers on \(path): stop it with meshtui down, or give --socket another path"
        case .stateFolder(let path, let reason):
            "the state folder \(path) can't be used, \(reason): mend it, or give --state another folder"
        case .storage(let problem): "\(problem)"
        case .socket(let path, let reason):
            "the socket \(path) can't be made, \(reason): give --socket another path"
        case .notReady(let reason): reason
        case .notServed(let reason):
            "this machine can't serve the party's control plane, \(reason): free TCP \(EngineConfiguration.controlPort), or use --control"
        case .stopping: "the node is stopping: try again when it has started anew"
        }
    }
}
