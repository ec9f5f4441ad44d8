import FoundationEssentials
import Glibc
import MeshCore
import MeshRules
import MeshWire
import Testing

@Suite("A control server's state folder")
struct ControlServerStateTests {
    @Test("keys and token are made once, for their owner only")
    func firstStart() async throws {
        try await withScratchFolder { folder in
            let first = try await Self.firstWords(folder)
            let second = try await Self.firstWords(folder)
            #expect(first == second && first.token.count == 64)
            let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            for name in ["tls.key", "issuer.key", "operator.token", "control.sqlite"] {
                #expect(files.contains(name))
                #expect(try mode(of: folder + "/" + name) == 0o600)
            }
            #expect(try mode(of: folder) == 0o700)
            #expect(try ControlServerState.operatorToken(folder: folder) == first.token)
        }
    }

    private struct Words: Equatable {
        let token: String
        let keyHash: Bytes16
    }

    /// Opens a state folder and leaves it again.
    private static func firstWords(_ folder: String) async throws -> Words {
        let state = try await ControlServerState.open(folder: folder)
        return Words(token: state.operatorToken, keyHash: state.service.keyHash)
    }

    @Test("a second server on the folder is refused with the first one's process")
    func isLocked() async throws {
        try await withScratchFolder { folder in
            let first = try await ControlServerState.open(folder: folder)
            let problem = await #expect(throws: StorageProblem.self) {
                _ = try await ControlServerState.open(folder: folder)
            }
            #expect(problem == .inUse(folder: folder, by: "control server", pid: getpid()))
            #expect("\(try #require(problem))".contains("the control server that runs as process \(getpid())"))
            withExtendedLifetime(first) {}
        }
    }

    @Test("a node, its control server and a relay may keep their state in one folder")
    func locksOfTheirOwn() async throws {
        try await withScratchFolder { folder in
            let locks = try [FolderLock.Owner.node, .control, .relay].map { owner throws(StorageProblem) in
                try FolderLock(folder, for: owner)
            }
            #expect(throws: StorageProblem.inUse(folder: folder, by: "relay", pid: getpid())) {
                _ = try FolderLock(folder, for: .relay)
            }
            #expect(FolderLock.holder(of: folder, for: .relay) == getpid())
            #expect(FolderLock.holder(of: folder + "/none", for: .relay) == nil)
            withExtendedLifetime(locks) {}
        }
    }

    @Test("a damaged key is told by its file's name", arguments: ["tls.key", "issuer.key", "operator.token"])
    func damaged(name: String) async throws {
        try await withScratchFolder { folder in
            _ = try await ControlServerState.open(folder: folder)
            try PrivateFile.write([], to: folder + "/" + name)
            let problem = await #expect(throws: StorageProblem.self) {
                _ = try await ControlServerState.open(folder: folder)
            }
            guard case .damaged(let path, _) = problem else {
                Issue.record("\(String(describing: problem))")
                return
            }
            #expect(path == folder + "/" + name)
        }
    }
}
