import FoundationEssentials
import Glibc
import Testing

@testable import MeshCore

@Suite("The state folder")
struct StateFolderTests {
    @Test("a second node on a folder is refused with the first one's process")
    func isLocked() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/a/state"
            let first = try StateFolder(path)
            var mode = stat()
            #expect(stat(path, &mode) == 0)
            #expect(mode.st_mode & 0o777 == 0o700)
            #expect(throws: EngineProblem.inUse(folder: path, pid: getpid())) { _ = try StateFolder(path) }
            withExtendedLifetime(first) {}
        }
    }

    @Test("the lock goes with its owner")
    func isReleased() throws {
        try withTemporaryFolder { folder in
            _ = try StateFolder(folder)
            #expect(throws: Never.self) { _ = try StateFolder(folder) }
        }
    }

    @Test("a mark is new once")
    func marks() throws {
        try withTemporaryFolder { folder in
            let state = try StateFolder(folder)
            #expect(state.isFirstTime("announced"))
            #expect(!state.isFirstTime("announced"))
        }
    }

    @Test("a folder that can't be made is told with the reason")
    func cannotBeMade() throws {
        let problem = #expect(throws: EngineProblem.self) { _ = try StateFolder("/proc/nothing/here") }
        #expect("\(try #require(problem))".contains("--state"))
    }
}

/// A folder of its own for a test, gone afterwards. Short, because a socket's path has 107 bytes.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let path = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
}

func withTemporaryFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let path = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}

private func temporaryFolder() throws -> String {
    let path = FileManager.default.temporaryDirectory.path + "/m\(UInt32.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
}
