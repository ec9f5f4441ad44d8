/// Why something could not be stored or read. Each description is one line that ends with what to do.
package enum StorageProblem: Error, Equatable, Sendable {
    /// The folder or the file can't be made or opened.
    case unusable(path: String, reason: String)
    /// Somebody else could replace what is kept in this folder.
    case unsafeFolder(path: String, FolderDanger)
    /// Others may read a file that holds a secret.
    case exposed(path: String)
    /// Another process, a control server say, keeps its state there; 0 where it didn't say which.
    case inUse(folder: String, by: String, pid: Int32)
    /// No space is left.
    case full(path: String)
    /// What is in the file is not what was written.
    case damaged(path: String, reason: String)
    /// The file was written by a newer version.
    case newer(path: String)
}

/// Why a folder is not taken for private files.
package enum FolderDanger: Equatable, Sendable {
    /// Its group or everybody may write into it; permission bits.
    case writable(mode: UInt32)
    /// It belongs to another user; user ID.
    case owner(UInt32)
    /// It is a symbolic link that another user has made; user ID.
    case link(owner: UInt32)

    /// One line that ends with what to do.
    func description(of path: String) -> String {
        switch self {
        case .writable(let mode):
            "\(path) is no state folder, others may write into it (mode \(String(mode, radix: 8))): "
                + "choose a folder of its own, or take that right away (chmod go-w)"
        case .owner(let user):
            "\(path) is no state folder, it belongs to user \(user) and this runs as another: "
                + "choose another folder, or give it to the user that runs this (chown)"
        case .link(let user):
            "\(path) is no state folder, it is a symbolic link that user \(user) has made: "
                + "give the folder that it leads to"
        }
    }
}

extension StorageProblem: CustomStringConvertible {
    /// The file, why, and what to do.
    package var description: String {
        switch self {
        case .unusable(let path, let reason):
            "\(path) can't be used, \(reason): mend it, or choose another state folder"
        case .unsafeFolder(let path, let danger): danger.description(of: path)
        case .exposed(let path): "\(path) can be read by others: run chmod 600 \(path)"
        case .inUse(let folder, let owner, let pid):
            "\(folder) belongs to the \(owner) that runs as process \(pid): stop it, or choose another state folder"
        case .full(let path): "the disk of \(path) is full: make room"
        case .damaged(let path, let reason):
            "\(path) is damaged, \(reason): put back a copy, or move it away and begin anew"
        case .newer(let path):
            "\(path) was written by a newer MeshTUI: update this one, or choose another state folder"
        }
    }
}
