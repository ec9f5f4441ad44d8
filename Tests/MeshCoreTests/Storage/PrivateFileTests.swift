import FoundationEssentials
import Glibc
import Testing

@testable import MeshCore

@Suite("Folders for private files")
struct PrivateFileTests {
    @Test("a folder that exists keeps its mode", arguments: [0o700, 0o750, 0o755, 0o500] as [mode_t])
    func keepsMode(_ bits: mode_t) throws {
        try withTemporaryFolder { folder in
            chmod(folder, bits)
            try PrivateFile.makeFolder(folder)
            #expect(try mode(of: folder) == Int(bits))
        }
    }

    @Test(
        "a folder that others may write is refused by name and keeps its mode",
        arguments: [0o1777, 0o777, 0o775, 0o720, 0o702] as [mode_t])
    func othersWrite(_ bits: mode_t) throws {
        try withTemporaryFolder { folder in
            chmod(folder, bits)
            let problem = StorageProblem.unsafeFolder(path: folder, .writable(mode: bits))
            #expect(throws: problem) { try PrivateFile.makeFolder(folder) }
            #expect(throws: problem) { _ = try FolderLock(folder, for: .relay) }
            #expect(throws: EngineProblem.storage(problem)) { _ = try StateFolder(folder) }
            #expect("\(problem)".contains(folder) && "\(problem)".contains("chmod go-w"))
            var status = stat()
            #expect(stat(folder, &status) == 0 && status.st_mode & 0o7777 == bits)
        }
    }

    @Test("another user's folder is refused")
    func owner() throws {
        try withTemporaryFolder { folder in
            // Only root may give a folder away, and only for root is /usr its own.
            let isRoot = geteuid() == 0
            if isRoot { chown(folder, 4_711, 0) }
            let path = isRoot ? folder : "/usr"
            #expect(throws: StorageProblem.unsafeFolder(path: path, .owner(isRoot ? 4_711 : 0))) {
                try PrivateFile.makeFolder(path)
            }
        }
    }

    @Test("a symbolic link counts as the folder that it leads to", arguments: [0o755, 0o777] as [mode_t])
    func link(_ bits: mode_t) throws {
        try withTemporaryFolder { folder in
            let (target, link) = (folder + "/target", folder + "/link")
            mkdir(target, 0o700)
            chmod(target, bits)
            symlink(target, link)
            if bits == 0o755 {
                try PrivateFile.makeFolder(link)
            } else {
                #expect(throws: StorageProblem.self) { try PrivateFile.makeFolder(link + "/") }
            }
            #expect(try mode(of: target) == Int(bits))
        }
    }

    @Test("a symbolic link that another user has made is refused")
    func plantedLink() throws {
        try withTemporaryFolder { folder in
            let link = folder + "/link"
            symlink(folder, link)
            // Only root can give a link to another user; to everybody else the folder behind it is their own.
            if geteuid() == 0 {
                lchown(link, 4_711, 0)
                #expect(throws: StorageProblem.unsafeFolder(path: link, .link(owner: 4_711))) {
                    try PrivateFile.makeFolder(link)
                }
            } else {
                #expect(throws: Never.self) { try PrivateFile.makeFolder(link) }
            }
        }
    }

    @Test("a key is drawn once, for its owner only, and read again")
    func key() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/relay.key"
            let key = try PrivateFile.key(orMakeAt: path)
            #expect(try PrivateFile.key(orMakeAt: path) == key)
            #expect(try mode(of: path) == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["relay.key"])
            #expect(try PrivateFile.key(orMakeAt: folder + "/other.key") != key)
        }
    }

    @Test("a key that others can read is refused", arguments: [0o640, 0o604, 0o620] as [mode_t])
    func exposed(_ bits: mode_t) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/relay.key"
            _ = try PrivateFile.key(orMakeAt: path)
            chmod(path, bits)
            #expect(throws: StorageProblem.exposed(path: path)) { try PrivateFile.key(orMakeAt: path) }
        }
    }

    @Test("a file that holds no key is refused and kept", arguments: ["", "abc\n", String(repeating: "z", count: 64)])
    func noKey(_ text: String) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/relay.key"
            try PrivateFile.write(Array(text.utf8), to: path)
            let problem = #expect(throws: StorageProblem.self) { try PrivateFile.key(orMakeAt: path) }
            #expect("\(try #require(problem))".hasPrefix(path + " is damaged"))
            #expect(try PrivateFile.read(path) == Array(text.utf8))
        }
    }

    @Test("what a node may have left is looked for only where a node was")
    func leftovers() async throws {
        try await withTemporaryFolder { folder in
            chmod(folder, 0o777)
            var configuration = EngineConfiguration()
            (configuration.stateFolder, configuration.socket) = (folder, folder + "/socket")
            let removed = try await Leftovers(of: configuration).remove()
            let kept = try mode(of: folder)
            #expect(removed == [])
            #expect(kept == 0o777)
            #expect(access(folder + "/lock", F_OK) != 0)
        }
    }
}
