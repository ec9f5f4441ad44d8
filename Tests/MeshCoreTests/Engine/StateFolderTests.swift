import FoundationEssentials
import Glibc
import MeshWire
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

    @Test("what was agreed to is remembered: an interface, and each network on it")
    func agreements() throws {
        try withTemporaryFolder { folder in
            let network = try #require(IPv4Network("10.66.0.0/16"))
            let other = try #require(IPv4Network("10.77.0.0/16"))
            let agreements = Agreements(folder: folder, interface: "mt7")
            #expect(!agreements.coverInterface && !agreements.cover(network))
            try agreements.note(nil)
            #expect(agreements.coverInterface && !agreements.cover(network))
            try agreements.note(network)
            try agreements.note(network)
            #expect(agreements.cover(network) && !agreements.cover(other))
            #expect(!Agreements(folder: folder, interface: "mt8").coverInterface)
            #expect(!Agreements(folder: folder, interface: "mt8").cover(network))
            let text = String(decoding: try PrivateFile.read(folder + "/agreed") ?? [], as: UTF8.self)
            #expect(text == "mt7\nmt7 10.66.0.0/16\n")
            for number in UInt32(0)..<100 { try agreements.note(IPv4Network(around: number << 16, prefix: 16)) }
            #expect((try PrivateFile.read(folder + "/agreed") ?? []).split(separator: 10).count == 64)
        }
    }

    @Test("a folder of the first version, which told what it does, is not asked about again")
    func announced() throws {
        try withTemporaryFolder { folder in
            try PrivateFile.make(folder + "/announced")
            #expect(Agreements(folder: folder, interface: "mt7").coverInterface)
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
