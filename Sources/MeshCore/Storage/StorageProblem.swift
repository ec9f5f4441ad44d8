/// Why something could not be stored or read. Each description is one line that ends with what to do.
package enum StorageProblem: Error, Equatable, Sendable {
    /// The folder or the file can't be made or opened.
    case unusable(path: String, reason: String)
    /// Another process, a control server say, keeps its state there; 0 where it didn't say which.
    case inUse(folder: String, by: String, pid: Int32)
    /// No space is left.
    case full(path: String)
    /// What is in the file is not what was written.
    case damaged(path: String, reason: String)
    /// The file was written by a newer version.
    case newer(path: String)
}

extension StorageProblem: CustomStringConvertible {
    /// The file, why, and what to do.
    package var description: String {
        switch self {
        case .unusable(let path, let reason):
            "\(path) can't be used, \(reason): mend it, or choose another state folder"
        case .inUse(let folder, let owner, let pid):
            "\(folder) belongs to the \(owner) that runs as process \(pid): stop it, or choose another state folder"
        case .full(let path): "the disk of \(path) is full: make room"
        case .damaged(let path, let reason):
            "\(path) is damaged, \(reason): put back a copy, or move it away and join anew"
        case .newer(let path):
            "\(path) was written by a newer MeshTUI: update this one, or choose another state folder"
        }
    }
}
