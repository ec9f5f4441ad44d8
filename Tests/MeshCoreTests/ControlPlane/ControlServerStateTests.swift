import FoundationEssentials
import MeshCore
import MeshRules
import MeshWire
import Testing

@Suite("A control server's state folder")
struct ControlServerStateTests {
    @Test("keys and token are made once, for their owner only")
    func firstStart() async throws {
        try await withScratchFolder { folder in
            let first = try await ControlServerState.open(folder: folder)
            let second = try await ControlServerState.open(folder: folder)
            #expect(first.operatorToken == second.operatorToken && first.operatorToken.count == 64)
            #expect(first.service.keyHash == second.service.keyHash)
            let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            for name in ["tls.key", "issuer.key", "operator.token", "control.sqlite"] {
                #expect(files.contains(name))
                #expect(try mode(of: folder + "/" + name) == 0o600)
            }
            #expect(try mode(of: folder) == 0o700)
            #expect(try ControlServerState.operatorToken(folder: folder) == first.operatorToken)
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
