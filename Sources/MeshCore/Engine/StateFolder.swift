import Glibc

/// The folder that a node keeps its state in: only its owner can look into it, and one node at a time has it.
package final class StateFolder: Sendable {
    /// As it was given.
    package let path: String
    private let lock: FolderLock

    /// Makes the folder when there is none (0700) and locks it.
    package init(_ path: String) throws(EngineProblem) {
        self.path = path
        do throws(StorageProblem) { lock = try FolderLock(path, for: .node) } catch {
            switch error {
            case .inUse(_, _, let pid): throw .inUse(folder: path, pid: pid)
            case .unusable(_, let reason): throw .stateFolder(path: path, reason: reason)
            default: throw .storage(error)
            }
        }
    }
}
